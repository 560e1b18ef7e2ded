"""The product opens: for the page inspector, and in a real browser with and without JavaScript."""

import pytest


def test_the_door_is_a_well_made_page(desk):
    desk.get("/login")


def test_somebody_who_signs_in_sits_at_the_desk(desk):
    answer = desk.post("/login", {"login": "wf-01.clerk", "password": "one-window-demo-2026"})
    assert answer.location == "/desk"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [1366, 390])
def test_the_door_opens_in_a_browser(browser, javascript, width):
    page = browser(javascript=javascript, width=width)
    page.goto("/login")
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
