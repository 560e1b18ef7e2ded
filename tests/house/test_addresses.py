"""Every address with its guard, in a list that is changed on purpose: an address is a promise."""

from pathlib import Path

LIST = Path(__file__).with_name("addresses.txt")
LIBRARIES = ("static", "bootstrap.")  # files of the house and of Bootstrap-Flask; anyone may have them


def test_every_page_names_its_guard(app_once):
    bare = [
        rule.endpoint
        for rule in app_once.url_map.iter_rules()
        if not rule.endpoint.startswith(LIBRARIES) and not hasattr(view(app_once, rule), "guard")
    ]
    assert not bare


def test_the_list_of_addresses_is_up_to_date(app_once, pytestconfig):
    """After a change: `bin/test tests/house --update-addresses`, and look at the difference."""
    now = register(app_once)
    if pytestconfig.getoption("--update-addresses"):
        LIST.write_text(now)
    assert LIST.read_text() == now


def register(app) -> str:
    lines = {
        f"{rule.rule:48} {' '.join(sorted(rule.methods - {'HEAD', 'OPTIONS'})):9} "
        f"{getattr(view(app, rule), 'guard', 'anyone'):32} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
    }
    return "\n".join(sorted(lines)) + "\n"


def view(app, rule):
    return app.view_functions[rule.endpoint]
