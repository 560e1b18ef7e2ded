"""Packing and taking over with the scanner alone, as a courier's round is done: no mouse, no key but the reader's."""

import re

from app.cases.find import case_for
from app.cases.standing import Standing
from app.custody.models import Slip
from app.extensions import db
from app.jobs.demo import PASSWORD
from tests import backoffice, sample
from tests.receive.keys import Keyboard

CLERK, OFFICER = "wf-01.clerk", "market_regulation.officer"


def quick():
    return 8.0


def sign_in(page, login: str) -> None:
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/(desk|office)"))


def scan(page, text: str) -> None:
    with page.expect_navigation():
        Keyboard(page).type(f"{text}\n", quick)


def test_a_case_is_packed_and_a_slip_is_taken_by_one_scan_each(live, browser):
    with live.app.app_context():
        first, second = backoffice.accepted("SJ-001", 1).case_no, backoffice.accepted("SJ-001", 2).case_no
        db.session.remove()
    clerk, officer = browser(), browser()
    sign_in(clerk, CLERK)
    clerk.goto("/desk/slips")
    scan(clerk, first)  # onto a new slip to the office that waits
    slip_no = re.search(r"J\d{10}[0-9A-Z]", clerk.url)[0]
    scan(clerk, second)  # onto the same one
    clerk.fill("[name=carrier_name]", "钱乙")
    with clerk.expect_navigation():
        clerk.press("[name=carrier_name]", "Enter")
    sign_in(officer, OFFICER)
    officer.goto(f"/desk/slips/{slip_no}")
    scan(officer, slip_no)  # the whole slip, on its own page as in the list
    with live.app.app_context():
        slip = db.session.scalar(db.select(Slip).filter_by(slip_no=slip_no))
        assert slip.state == "received" and slip.taken_name == sample.actor(OFFICER).name
        for case_no in (first, second):
            case = case_for(sample.actor(OFFICER), case_no)
            assert {paper.office_id for paper in Standing(case, sample.actor(OFFICER)).papers} == {"market_regulation"}
    officer.goto("/desk/where")
    scan(officer, slip_no)
    assert first in officer.inner_text("main") and second in officer.inner_text("main")
