"""Every page of every role, from the register of addresses: axe finds nothing, nothing scrolls sideways, Tab reaches everything and is seen.

In the suite each page once, by the first role that may see it, at the desk or on a phone in turn. In bin/check-deep counter, with DESK_EVERY_PAGE=1,
each page of each role in every way; every role with a browser of its own.
"""

import os

import pytest

from app import moments
from tests.canaries import NOON, Browser, address, canaries, plant, rules
from tests.web.looking import WAYS, Figures, Looker
from tests.web.test_accessible import sign_in_as

ROLES = (
    "wf-01.clerk", "wf-01.supervisor", "wf-01.issuer", "urban_management.officer", "urban_management.reviewer", "urban_management.approver",
    "service_admin.admin", "service_admin.auditor", "service_admin.supervisor", "wf-01.archivist", "wf-01.courier", "wf-01.agent",
    "wf-01.guide", "wf-s01.grid_worker", "mediation_committee-wenfeng.mediator", None,
)  # fmt: skip
NO_PAGES = ("/api/", "/metrics", "/healthz", "/readyz")
RESTED = 40  # pages a tab looks at before a fresh one takes over


def pages_of(app, login: str | None, bird) -> dict[str, str]:
    """endpoint → address, of those that answer this person with a page."""
    asks, found = Browser(app, login), {}
    for rule in rules(app, "GET"):
        if not rule.rule.startswith(NO_PAGES):
            url = address(app, rule, bird)
            answer = asks.get(url)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                found[rule.endpoint] = url
    return found


@pytest.fixture
def city(live):
    """The product with a case that has been through slips and queries, and a clock that stands as the browser's does."""
    with live.app.app_context(), moments.at(moments.datetime.fromisoformat(NOON)):
        bird = plant(canaries()[0])
    return live.app, bird


def tabs(chromium, live, login: str | None, figures: Figures, urls: list[str]):
    """(looker, its addresses): a fresh tab for every forty pages."""
    for start in range(0, len(urls), RESTED):
        context = chromium.new_context(base_url=live.url, locale="zh-CN", viewport={"width": 1366, "height": 768})
        context.set_default_timeout(20_000)
        page = context.new_page()
        if login:
            sign_in_as(page, login)
        yield Looker(page, figures), urls[start : start + RESTED]
        context.close()


def test_nothing_is_found_on_any_page(chromium, live, city):
    app, bird = city
    seen, figures = set(), Figures()
    for login in ROLES:
        wanted = [url for endpoint, url in pages_of(app, login, bird).items() if endpoint not in seen]
        seen |= pages_of(app, login, bird).keys()
        for looker, urls in tabs(chromium, live, login, figures, wanted):
            for nth, url in enumerate(urls):
                looker.look(url, [("light",), ("phone dark",)][nth % 2])
    assert sum(figures.pages.values()) > 80, "the register has more pages than that"
    assert not figures.findings, "\n".join(map(str, figures.findings))


@pytest.mark.skipif("DESK_EVERY_PAGE" not in os.environ, reason="an hour; bin/check-deep counter")
@pytest.mark.parametrize("login", ROLES, ids=lambda login: login or "resident")
def test_nothing_is_found_on_any_page_of_a_role_in_any_way(launch, live, city, login, record_property):
    app, bird = city
    figures = Figures()
    wanted = list(pages_of(app, login, bird).values())
    for looker, urls in tabs(launch(), live, login, figures, wanted):
        for url in urls:
            looker.look(url)
    for way in WAYS:
        record_property(way, f"{figures.pages[way]} {figures.short(way)}")
    lost = sum(figures.short(way, "Tab ") + figures.short(way, "focus ") for way in WAYS)
    record_property("keyboard", f"keyboard {figures.stops} stops, {lost} lost; sideways {sum(figures.short(way, 'scrolls sideways') for way in WAYS)}")
    assert not figures.findings, "\n".join(map(str, figures.findings))
