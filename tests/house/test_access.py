"""Who gets in where: every address, as every role, with one's own cases and those of others, read and sent."""

from itertools import cycle
from urllib.parse import unquote

import pytest

from app import moments
from app.jobs import demo
from tests.canaries import (
    NOON,
    OF_A_CASE,
    RESIDENTS,
    Browser,
    Canary,
    address,
    canaries,
    fingerprint,
    plant,
    rules,
    said,
    still,
)  # fmt: skip
from tests.databases import KINDS

# Every role, at a counter and behind it; some of them share nothing with each other.
PEOPLE = (
    "wf-01.guide", "wf-01.clerk", "wf-01.agent", "wf-01.courier", "wf-01.issuer", "wf-01.supervisor", "wf-01.archivist",
    "wf-s01.grid_worker", "gh-01.clerk", "gh-01.courier", "urban_management.officer", "urban_management.reviewer",
    "market_regulation.approver", "market_regulation.issuer", "mediation_committee-wenfeng.mediator",
    "service_admin.supervisor", "service_admin.courier", "service_admin.admin", "service_admin.auditor", "health.officer",
)  # fmt: skip
NEW = Canary("郄", "sbb-01", "sbb-s01", "shabaobao", "housing", "ZJ-001", 75)
CURIOUS = "?all=1&days=400&centre=gh-01&office=gh-01&department=urban_management&from=2026-01-01&to=2026-12-31"


WIDE = {  # figures of the whole city, on purpose: they name no case and no person
    "service_admin.auditor": ("/admin/audit", "/desk/balance", "/documents/register"),
    "service_admin.courier": ("/desk/slips",),
}


class House:
    """One product with its canaries for all questions of this file: asking changes nothing, as each test proves."""

    def __init__(self, app):
        self.app = app
        with app.app_context(), moments.at(moments.datetime.fromisoformat(NOON)):
            self.birds = [plant(bird) for bird in canaries()]
        self.browsers = {login: Browser(app, login) for login in PEOPLE}
        self.nobody = Browser(app, None)
        self.pages = {method: rules(app, method) for method in ("GET", "POST")}

    def strangers(self, login: str) -> list[Canary]:
        return [bird for bird in self.birds if not bird.known_to(login)]

    def own(self, login: str) -> list[Canary]:
        return [bird for bird in self.birds if bird.known_to(login)]


@pytest.fixture(scope="module", params=KINDS)
def house(request, databases, tmp_path_factory):
    with databases.fresh(request.param, tmp_path_factory.mktemp("access")) as app:
        yield House(app)


def of_a_case(rule) -> bool:
    return bool(rule.arguments & OF_A_CASE) and not rule.rule.startswith(RESIDENTS)


def carried(rule, login: str) -> bool:
    """The city's couriers know every slip they carry, and the papers on it."""
    return login == "service_admin.courier" and "slip_no" in rule.arguments


def leaks(answer, birds, given: str = "") -> list[str]:
    """Words of these cases that an answer tells and the question did not."""
    told, asked = said(answer), unquote(given)
    return [word for bird in birds for word in bird.words() if word in told and word not in asked]


def test_every_role_asks():
    """So that a new role does not go untested."""
    assert {demo.ROLE_OF.get(seat, seat) for seat in (login.partition(".")[2] for login in PEOPLE)} >= {
        "guide", "clerk", "agent", "courier", "case_officer", "reviewer", "approver", "issuer", "supervisor",
        "grid_worker", "mediator", "archivist", "org_admin", "auditor",
    }  # fmt: skip


def test_what_is_not_mine_looks_like_nothing(house):
    """Each address of a foreign case answers exactly as that of one that never was; asking writes nothing."""
    before, wrong = fingerprint(house.app), []
    nothing = Canary("", "", "", "", "", "", 0, {name: _never(value) for name, value in house.birds[0].args.items()})
    for login, browser in house.browsers.items():
        if not house.strangers(login):
            continue
        turn, missed = cycle(house.strangers(login)), {}
        for rule in filter(of_a_case, house.pages["GET"]):
            if carried(rule, login):
                continue
            url = address(house.app, rule, next(turn))
            answer = browser.get(url)
            named = (*sorted(rule.arguments), house.app.view_functions[rule.endpoint].guard)  # one page, whichever step
            missing = missed[named] = missed.get(named) or browser.get(address(house.app, rule, nothing))
            if leaks(answer, house.strangers(login), given=url):
                wrong.append((login, url, "tells"))
            elif answer.status_code not in (403, 404) or answer.status_code != missing.status_code:
                wrong.append((login, url, answer.status_code, missing.status_code))
            elif still(answer.text) != still(missing.text):
                wrong.append((login, url, "another page than for what is missing"))
    assert not wrong
    assert fingerprint(house.app) == before


def _never(value):
    """Of the same shape, of nobody."""
    return 999_999 if isinstance(value, int) else "A" * 16 if len(value) == 16 else value[:-2] + "98"


def test_the_door_is_all_that_a_stranger_sees(house):
    for rule in house.pages["GET"]:
        guard = house.app.view_functions[rule.endpoint].guard
        if guard != "anyone":
            answer = house.nobody.get(address(house.app, rule, house.birds[0]))
            assert answer.status_code == 303 and answer.location.startswith("/login"), rule.rule
        else:
            answer = house.nobody.get(address(house.app, rule, house.birds[0]))
            told = leaks(answer, house.birds, given=house.birds[0].args["number"])
            assert not told or rule.endpoint == "residents.case", (rule.rule, told)


def test_no_list_search_or_export_names_what_is_not_mine_and_no_get_changes_anything(house):
    """Every page of everybody, asked as a curious person would; then a case elsewhere must change none of them."""
    before, found, told = fingerprint(house.app), [], {}
    for login, browser in house.browsers.items():
        for bird in house.own(login)[:1]:
            for rule in filter(of_a_case, house.pages["GET"]):
                answer = browser.get(address(house.app, rule, bird))
                found += [(login, rule.rule, word) for word in leaks(answer, house.strangers(login))]
                assert answer.status_code < 500, (login, rule.rule)
        for rule in house.pages["GET"]:
            if of_a_case(rule) or rule.rule.startswith((*RESIDENTS, "/readyz", "/metrics")):
                continue
            for query in ("", CURIOUS + _search(house.strangers(login))):
                answer = browser.get(url := address(house.app, rule) + query)
                assert answer.status_code < 500, (login, url)
                if not (login == "service_admin.courier" and rule.endpoint.startswith("custody.")):
                    found += [(login, url, word) for word in leaks(answer, house.strangers(login), given=query)]
                told[login, url] = still(said(answer))
    assert not found
    assert fingerprint(house.app) == before
    assert not _changed_by_a_case_elsewhere(house, told)


def _search(strangers: list[Canary]) -> str:
    """By name on one page and by number on the next."""
    names = "".join(f"&q={bird.name}&case={bird.args['case_no']}&no={bird.args['slip_no']}" for bird in strangers[:1])
    return names + "".join(f"&q={bird.args['case_no']}" for bird in strangers[1:2])


def _changed_by_a_case_elsewhere(house, told: dict) -> list:
    """Counts tell too."""
    with house.app.app_context(), moments.at(moments.datetime.fromisoformat(NOON)):
        plant(NEW)
    mine = [(login, url) for login, url in told if not NEW.known_to(login) and "?" not in url]
    return [
        (login, url) for login, url in mine
        if not (login in WIDE and url.startswith(WIDE[login])) and still(said(house.browsers[login].get(url))) != told[login, url]
    ]  # fmt: skip


def test_a_form_without_its_own_token_is_refused_at_every_address(house):
    """No token, an empty one, nonsense, and the true one of somebody else."""
    before, wrong = fingerprint(house.app), []
    foreign = house.browsers["service_admin.supervisor"].token()
    for login in ("wf-01.clerk", None):
        browser = house.browsers[login] if login else house.nobody
        for rule in house.pages["POST"]:
            url = address(house.app, rule, house.birds[0])
            for form in ({}, {"csrf_token": ""}, {"csrf_token": "IjEi.nonsense"}, {"csrf_token": foreign}):
                answer = browser.ask("POST", url, data=form)
                if answer.status_code != 400:
                    wrong.append((login, url, form, answer.status_code))
    assert not wrong
    assert fingerprint(house.app) == before


def test_no_form_of_mine_reaches_what_is_not_mine(house):
    """With a good token of one's own, to each address of a foreign case, and to each page of another role."""
    before, wrong = fingerprint(house.app), []
    for login, browser in house.browsers.items():
        if not house.strangers(login):
            continue
        turn = cycle(house.strangers(login))
        for rule in filter(of_a_case, house.pages["POST"]):
            if carried(rule, login):
                continue
            url = address(house.app, rule, next(turn))
            answer = browser.ask("POST", url, data={"csrf_token": browser.token(), "role": "admin", "user_id": "1"})
            if answer.status_code not in (403, 404):
                wrong.append((login, url, answer.status_code))
    assert not wrong
    assert fingerprint(house.app) == before
