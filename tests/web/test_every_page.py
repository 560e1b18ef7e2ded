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
PARTS = 4  # a browser of its own for each quarter of a role's pages


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


def look_at(chromium, live, login: str | None, figures: Figures, pages: list[tuple[str, tuple]]) -> None:
    """Each address in its ways, by this person, in a fresh tab."""
    context = chromium.new_context(base_url=live.url, locale="zh-CN", viewport={"width": 1366, "height": 768})
    context.set_default_timeout(20_000)
    page = context.new_page()
    if login:
        sign_in_as(page, login)
    looker = Looker(page, figures)
    for url, ways in pages:
        looker.look(url, ways)
    context.close()


def test_nothing_is_found_on_any_page(chromium, live, city):
    app, bird = city
    seen, figures = set(), Figures()
    for login in ROLES:
        found = pages_of(app, login, bird)
        wanted = [url for endpoint, url in found.items() if endpoint not in seen]
        seen |= found.keys()
        if wanted:
            look_at(chromium, live, login, figures, [(url, [("light",), ("phone dark",)][nth % 2]) for nth, url in enumerate(wanted)])
    assert sum(figures.pages.values()) > 80, "the register has more pages than that"
    assert not figures.findings, "\n".join(map(str, figures.findings))


ASKED = "DESK_EVERY_PAGE" in os.environ


@pytest.mark.skipif(not ASKED, reason="half an hour; bin/check-deep counter")
@pytest.mark.parametrize("part", range(PARTS) if ASKED else [0])
@pytest.mark.parametrize("login", ROLES if ASKED else ROLES[:1], ids=lambda login: login or "resident")
def test_nothing_is_found_on_any_page_of_a_role_in_any_way(launch, live, city, login, part, record_property):
    app, bird = city
    figures = Figures()
    wanted = list(pages_of(app, login, bird).values())[part::PARTS]
    look_at(launch(), live, login, figures, [(url, tuple(WAYS)) for url in wanted])
    for way in WAYS:
        record_property(way, f"{figures.pages[way]} {figures.short(way)}")
    record_property("keyboard", f"{figures.stops} {sum(figures.short(way, 'Tab ') + figures.short(way, 'focus ') for way in WAYS)}")
    record_property("sideways", f"{sum(figures.pages.values())} {sum(figures.short(way, 'scrolls sideways') for way in WAYS)}")
    assert not figures.findings, "\n".join(map(str, figures.findings))
