"""中文 or English: chosen by staff for themselves, carried by residents in the address, never on paper."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from app.cases.models import JournalEntry
from app.catalog.find import current_spec
from app.documents.models import Document
from app.extensions import db
from app.people.models import User
from app.receive import actions
from tests.house.test_words import CATALOGUE
from tests.sample import actor, answers, applicant, without

CLERK = "wf-01.clerk"


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """bin/install does this for a product that is served."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as po, CATALOGUE.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, read_po(po, locale="en"))


def locale_of(app, login):
    with app.app_context():
        return db.session.scalar(db.select(User.locale).filter_by(login=login))


def test_staff_choose_their_language_and_keep_it(app, desk_of):
    desk = desk_of(CLERK)
    answer = desk.post("/locale", {"locale": "en"}, expect=303, page="/desk")
    assert urlsplit(answer.location).path == "/desk" and locale_of(app, CLERK) == "en"
    page = desk.get("/desk")
    assert page.html["lang"] == "en" and page.h1.get_text() == "Today"
    desk.post("/locale", {"locale": "zh"}, expect=303, page="/desk")
    assert desk.get("/desk").h1.get_text() == "今日"


@pytest.mark.parametrize("wish", ["fr", "", "../en", "en" * 400])
def test_a_language_nobody_speaks_here_changes_nothing(app, desk_of, wish):
    desk_of(CLERK).post("/locale", {"locale": wish}, expect=303, page="/desk")
    assert locale_of(app, CLERK) == "zh"


def test_the_way_back_leads_to_no_other_house(desk_of):
    answer = desk_of(CLERK).post("/locale", {"locale": "en", "next": "//elsewhere.example/"}, expect=303, page="/desk")
    assert urlsplit(answer.location).path == "/desk" and "elsewhere" not in answer.location


def test_a_resident_carries_the_language_along(desk):
    page = desk.get("/?lang=en&big=1")
    assert page.html["lang"] == "en" and page.h1.get_text() == "How far is my case?"
    for link in page.select("main nav a"):
        assert parse_qs(urlsplit(link["href"]).query) == {"big": ["1"], "lang": ["en"]}
    assert parse_qs(urlsplit(page.select_one("a.language")["href"]).query) == {"big": ["1"], "lang": ["zh"]}
    assert desk.get("/").html["lang"] == "zh-CN"  # nothing is left in the browser


def test_refusals_speak_the_language_of_the_page(desk):
    assert "There is no such page" in desk.get("/nothing?lang=en", expect=404).get_text()
    assert "There is no such item" in desk.get("/guides/XX-999?lang=en", expect=404).get_text()


@pytest.fixture
def incomplete(app):
    """A received case without the household register: the address of its page."""
    with app.app_context():
        spec = current_spec("MZ-001")
        case = actions.receive(actor(CLERK), "key-english", "MZ-001", applicant(), without(spec, "户口簿"), answers(spec))
        return f"/desk/cases/{case.case_no}"


def test_the_page_of_a_case_says_steps_states_and_reasons_in_english(desk_of, incomplete):
    desk = desk_of(CLERK)
    desk.post("/locale", {"locale": "en"}, expect=303, page="/desk")
    page = desk.get(incomplete).get_text(" ", strip=True)
    assert "Request correction" in page and "missing: " in page
    refused = desk.get(f"{incomplete}/accept", expect=409).get_text(" ", strip=True)
    assert "This step cannot be taken now: missing: 居民户口簿" in refused


def test_what_is_kept_and_printed_stays_chinese(app, desk_of, incomplete):
    """A clerk who reads English writes the same notice and the same journal as any other."""
    desk = desk_of(CLERK)
    desk.post("/locale", {"locale": "en"}, expect=303, page="/desk")
    defaults = desk.get(f"{incomplete}/refuse")
    assert defaults.select_one("[name=court]")["value"].endswith("人民法院")
    desk.post(f"{incomplete}/request-correction", expect=303)
    with app.app_context():
        notice = db.session.scalar(db.select(Document).order_by(Document.id.desc())).facts
        journal = [entry.facts for entry in db.session.scalars(db.select(JournalEntry))]
    assert "未提交" in json.dumps(notice, ensure_ascii=False)
    kept = json.dumps([notice.get("lines"), *(entry.get("lines") for entry in journal)], ensure_ascii=False)
    assert not re.search(r"Not handed in|missing:", kept)
