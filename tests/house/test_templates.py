"""Templates: nothing that needs eval, nothing inline, every word of the screen in the catalogue."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

TEMPLATES = Path(__file__).parents[2] / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))
SCREENS = [p for p in ALL if p.parent.name != "documents"]  # a printed document is Chinese by law
FORBIDDEN = ("hx-on", "js:", "javascript:", "hx-vars", "hx-boost", "style=", "<style", "|safe", "| safe")
CHINESE = re.compile(r"[\u3400-\u9fff]")
PRODUCT = ("一窗",)  # a name is not translated


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_template_can_be_read(app_once, path):
    app_once.jinja_env.get_template(name(path))


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_a_template_has_nothing_that_needs_eval(path):
    assert not [word for word in FORBIDDEN if word in path.read_text()]


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_every_word_of_a_screen_can_be_translated(app_once, path):
    """Chinese stands inside `_()`, where the catalogue finds it."""
    bare = []
    for data in app_once.jinja_env.parse(path.read_text()).find_all(nodes.TemplateData):
        text = data.data
        for word in PRODUCT:
            text = text.replace(word, "")
        bare += [line.strip() for line in text.split("\n") if CHINESE.search(line)]
    assert not bare
