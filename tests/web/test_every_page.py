"""Every page of every role, from the register of addresses: axe finds nothing, nothing scrolls sideways, the focus is seen.

In the suite each page once, by the first role that may see it, at the desk or on a phone in turn. In bin/check-deep counter, with DESK_EVERY_PAGE=ways each
page light and dark, at the desk's width, on a phone, and at 200 %; with DESK_EVERY_PAGE=roles all of that for every role that may see it.
"""

import os

import pytest

from app import moments
from tests.canaries import NOON, Browser, address, canaries, plant, rules
from tests.web.test_accessible import AXE, RULES, sign_in_as

ASKED = os.environ.get("DESK_EVERY_PAGE")
WAYS = [(1366, 768, 1, "light"), (390, 844, 1, "dark")]
if ASKED:
    WAYS += [(1366, 768, 1, "dark"), (390, 844, 1, "light"), (683, 384, 2, "light")]  # the last: the desk's screen at 200 %
ROLES = (
    "wf-01.clerk", "wf-01.supervisor", "wf-01.issuer", "urban_management.officer", "urban_management.approver", "service_admin.admin",
    "service_admin.auditor", "wf-01.archivist", "wf-01.courier", "wf-01.agent", "wf-01.guide", "wf-s01.grid_worker", None,
)  # fmt: skip
NO_PAGES = ("/api/", "/metrics", "/healthz", "/readyz")
FOCUS = """() => { // along the page with Tab, each stop can be seen
  const stops = [...document.querySelectorAll('main a[href], main button, main input:not([type=hidden]), main select, main textarea, main summary')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.disabled);
  const unseen = [];
  for (const each of stops.slice(0, 40)) {
    each.focus({focusVisible: true});
    if (document.activeElement !== each) { unseen.push(each.outerHTML.slice(0, 120)); continue; }
    const marked = [each, ...(each.closest('.pick, .file') ? [each.closest('.pick, .file')] : [])].some(one => {
      const look = getComputedStyle(one); return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1; });
    if (!marked) unseen.push(each.outerHTML.slice(0, 120));
  }
  return unseen;
}"""


def pages_of(app, login: str | None, bird, seen: set) -> list[str]:
    """The addresses that answer this person with a page."""
    asks, found = Browser(app, login), []
    for rule in rules(app, "GET"):
        if rule.endpoint in seen or rule.rule.startswith(NO_PAGES):
            continue
        url = address(app, rule, bird)
        answer = asks.get(url)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found.append(url)
            if ASKED != "roles":
                seen.add(rule.endpoint)
    return found


@pytest.fixture
def city(live):
    """The product with a case that has been through slips and queries, and a clock that stands as the browser's does."""
    with live.app.app_context(), moments.at(moments.datetime.fromisoformat(NOON)):
        bird = plant(canaries()[0])
    return live.app, bird


def test_axe_finds_nothing_on_any_page_of_any_role(browser, city):
    app, bird = city
    seen, found, looked = set(), [], 0
    script = AXE.read_text()
    for login in ROLES:
        wanted = pages_of(app, login, bird, seen)
        if not wanted:
            continue
        for nth, (width, height, scale, scheme) in enumerate(WAYS):
            page = browser(width=width, height=height, color_scheme=scheme, device_scale_factor=scale)
            if login:
                sign_in_as(page, login)
            for url in wanted if ASKED else wanted[nth :: len(WAYS)]:
                page.goto(url)
                page.evaluate(script)
                said = page.evaluate(RULES)
                if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                    said.append("scrolls sideways")
                if width == 1366:
                    said += [f"focus unseen: {one}" for one in page.evaluate(FOCUS)]
                found += [f"{url} {login} {width} {scheme}: {one}" for one in said]
                looked += 1
            page.context.close()
    assert looked > 80, "the register has more pages than that"
    assert not found, "\n".join(found)
