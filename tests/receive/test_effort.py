"""How many keys a matter takes, beside what stands in the fields: counted with a person's hands, no mouse."""

import json
import os
from pathlib import Path

import pytest

from app.cases.models import Case
from app.documents.models import Document
from app.extensions import db
from tests.desk import Desk
from tests.receive.keys import HUMAN, Keyboard
from tests.receive.test_intake_in_browser import sign_in
from tests.receive.test_known import begin, filled
from tests.sample import id_number


class Hands:
    """Presses keys and counts them; what a field or the scanner says is not counted."""

    def __init__(self, page):
        self.page, self.count = page, 0
        self.scanner = Keyboard(page)

    def press(self, keys: str) -> None:
        self.count += len(keys.split("+"))
        self.page.keyboard.press(keys, delay=HUMAN)

    def fill_in(self, content: str) -> None:
        self.page.keyboard.type(content, delay=HUMAN)

    def scan(self, text: str) -> None:
        self.scanner.type(text + "\n", lambda: 8)

    @property
    def focus(self) -> str:
        return self.page.evaluate("document.activeElement.name || document.activeElement.className")


@pytest.fixture
def hands(browser, live):
    page = browser()
    sign_in(page)
    return Hands(page)


def came_before(live, item_code: str, **given) -> None:
    """The resident was here for the same matter, and it has ended."""
    clerk = Desk(live.app).sign_in("wf-01.clerk")
    address = begin(clerk, item_code)
    location = clerk.post(address, filled(clerk.get(address), **given)).location
    case_no = location.split("/")[3].split("?")[0]
    clerk.post(f"/desk/cases/{case_no}/withdraw", {"reason": "改日再办", "signed": "y"})


def choose(hands, initials: str) -> None:
    hands.press("F2")
    hands.page.wait_for_url("**/desk/receive")
    hands.fill_in(initials)
    hands.press("Enter")
    hands.page.wait_for_url("**draft=*")


def read_card_and_recall(hands) -> None:
    hands.scan(id_number())
    hands.page.wait_for_selector("[data-recall]")
    hands.press("Alt+r")
    hands.page.wait_for_url("**recalled=1")


def printed(hands) -> None:
    hands.page.wait_for_url("**/desk/cases/**")
    assert hands.page.is_visible("[data-print]")
    with hands.page.expect_request("**/documents/**"):
        hands.press("F8")


def tell(capsys, what: str, count: int, most: int) -> None:
    """For bin/bench, section effort; and on the screen."""
    with capsys.disabled():
        print(f"\neffort: {what}: {count} keys (at most {most})")
    if folder := os.environ.get("EFFORT_DIR"):
        place = Path(folder) / "effort.json"
        kept = json.loads(place.read_text()) if place.exists() else {}
        place.write_text(json.dumps(kept | {what: [count, most]}, ensure_ascii=False))
    assert count <= most


def test_a_returning_resident_with_complete_papers(hands, live, capsys):
    came_before(live, "MZ-001")
    choose(hands, "gljt")
    read_card_and_recall(hands)
    hands.press("Alt+a")
    while hands.focus.startswith("f_"):
        hands.press("1")
    hands.page.wait_for_selector("#allowed [value=accept]")
    hands.press("Alt+1")
    printed(hands)
    with live.app.app_context():
        case = db.session.scalar(db.select(Case).order_by(Case.id.desc()))
        assert (case.state, case.form["account"]) == ("accepted", "6222021234567890128")
    tell(capsys, "returning resident, complete papers, committed item", hands.count, 25)


def test_an_instant_item(hands, live, capsys):
    came_before(live, "MZ-006")
    choose(hands, "lnydz")
    read_card_and_recall(hands)
    hands.press("Alt+a")
    while hands.focus.startswith("f_"):
        hands.press("1")
    assert hands.focus == "identity_checked"
    hands.press("Space")
    hands.press("Control+Enter")
    printed(hands)
    with live.app.app_context():
        assert db.session.scalar(db.select(Case.state).order_by(Case.id.desc())) == "delivered"
    tell(capsys, "instant item", hands.count, 15)


def test_a_correction_notice_with_three_defects(hands, live, capsys):
    came_before(live, "MZ-001")
    choose(hands, "gljt")
    read_card_and_recall(hands)
    for key in "1222":
        hands.press(key)
    hands.page.wait_for_selector("#allowed [value=request_correction]")
    hands.press("Alt+3")
    hands.page.wait_for_url("**/request-correction")
    assert hands.page.locator("table.notice input[type=checkbox]:checked").count() == 3
    hands.press("Control+Enter")
    hands.page.wait_for_url(lambda url: not url.endswith("/request-correction"))
    printed(hands)
    with live.app.app_context():
        assert db.session.scalar(db.select(Case.state).order_by(Case.id.desc())) == "correction"
        assert "correction_notice" in set(db.session.scalars(db.select(Document.kind)))
    tell(capsys, "correction notice with three defects", hands.count, 30)
