"""A day without power: slips numbered ahead, keyed in with their true time, voided with a reason, the register closed."""

import re
import subprocess

import pytest

from app.cases.models import Case, JournalEntry
from app.documents import hand
from app.documents.models import Document, HandReceipt
from app.documents.press import press
from app.extensions import db
from app.refusals import Incomplete, NotAllowed
from tests import sample
from tests.filled import filled
from tests.receive.test_intake import begin


@pytest.fixture(scope="module", autouse=True)
def stop_the_press():
    yield
    press().stop()


def numbers(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(HandReceipt.number).order_by(HandReceipt.id)))


def reserve(clerk, count=4) -> str:
    return clerk.post("/desk/hand-receipts", {"count": str(count)}).location


def key_in(clerk, number: str, at: str, expect: int = 303, **given):
    address = clerk.post("/desk/drafts", {"item_code": "MZ-006", "hand": number}, page=f"/desk/receive?hand={number}").location
    page = clerk.get(address)
    assert page.select_one("[name=hand_receipt]")["value"] == number
    assert page.select_one("[name=channel][value=paper]").has_attr("checked")
    return clerk.post(address, filled(page, received_at=at, channel="paper", hand_receipt=number, **given), expect=expect)


def test_a_slip_is_keyed_in_with_its_true_time_and_its_code_leads_to_the_case(desk, app, clock):
    clock("2026-11-20 08:30")
    clerk = desk.sign_in("wf-01.clerk")
    reserve(clerk)
    first, second, third, fourth = numbers(app)
    assert re.fullmatch(r"S26000000\d\d[0-9A-Z]", first)
    clock("2026-11-23 15:00")
    clerk.sign_in("wf-01.clerk")
    key_in(clerk, second, "2026-11-20T10:12")
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        slip = db.session.scalar(db.select(HandReceipt).filter_by(number=second))
        assert (slip.state, slip.case_id, case.status_code) == ("used", case.id, slip.code)
        assert case.received_at.isoformat() == "2026-11-20T10:12:00+08:00" and case.channel == "paper"
        assert db.session.scalar(db.select(JournalEntry)).facts["hand_receipt"] == second
        assert db.session.scalar(db.select(Document)).facts["hand_receipt"] == second
        code, case_no = case.status_code, case.case_no
        assert hand.skipped({"wf-01"}) == [first]
    assert desk.fetch(f"/desk/find?q={second}", expect=303).location == f"/desk/cases/{case_no}"
    assert desk.fetch(f"/desk/find?q={code}", expect=303).location == f"/desk/cases/{case_no}"
    assert desk.fetch(f"/desk/find?q={third}", expect=303).location == f"/desk/hand-receipts/{third}"
    assert second in clerk.get(f"/desk/cases/{case_no}").get_text()
    again = key_in(clerk, second, "2026-11-20T10:20", expect=422, id_number=sample.id_number(2))
    assert "已补录，不能再用" in again.get_data(as_text=True)
    clerk.post(f"/desk/hand-receipts/{first}/void", {"reason": "写错"}, page=f"/desk/hand-receipts/{first}")
    clerk.post(f"/desk/hand-receipts/{third}/void", {"reason": "停电结束，余号收回", "last": fourth}, page=f"/desk/hand-receipts/{third}")
    page = clerk.get(f"/desk/hand-receipts/{fourth}")
    assert "停电结束，余号收回" in page.get_text()
    assert "已结清" in clerk.get("/desk/hand-receipts").get_text()
    with app.app_context():
        assert hand.skipped({"wf-01"}) == [] and hand.unaccounted() == []


def test_where_numbered_slips_lie_ready_paper_names_its_number(desk, app, clock):
    clock("2026-11-20 08:30")
    clerk = desk.sign_in("wf-01.clerk")
    reserve(clerk)
    number = numbers(app)[0]
    clock("2026-11-23 15:00")
    clerk.sign_in("wf-01.clerk")
    address = begin(clerk, "MZ-006")
    said = clerk.post(address, filled(clerk.get(address), channel="paper", received_at="2026-11-20T10:12"), expect=422)
    assert "请填写这一件的凭证编号" in said.get_data(as_text=True)
    for wrong, at in (("S26000099990", "2026-11-20T10:12"), (number, "2026-11-19T10:12")):
        said = key_in(clerk, wrong, at, expect=422).get_data(as_text=True)
        assert "没有 S26000099990 号手工凭证" in said or "是后来才预留的" in said
    with app.app_context():
        assert not db.session.scalars(db.select(Case)).all()


def test_another_centre_cannot_use_or_see_them(desk, desk_of, app):
    reserve(desk.sign_in("wf-01.clerk"))
    number = numbers(app)[0]
    other = desk_of("gh-01.clerk")
    other.get(f"/desk/hand-receipts/{number}", expect=404)
    other.fetch(f"/desk/hand-receipts/{number}.pdf", expect=404)
    assert number not in other.get("/desk/hand-receipts").get_text()


def test_a_block_has_at_most_fifty_and_no_number_twice(inside):
    clerk, other = sample.actor("wf-01.clerk"), sample.actor("gh-01.clerk")
    for count in (0, 51):
        with pytest.raises(Incomplete):
            hand.reserve(clerk, count)
    for by in (clerk, other, clerk):
        hand.reserve(by, 3)
    assert [int(one[3:11]) for one in db.session.scalars(db.select(HandReceipt.number).order_by(HandReceipt.id))] == [*range(1, 10)]
    assert hand.unaccounted() == []
    db.session.execute(db.delete(HandReceipt).filter_by(id=5))
    assert "缺 5" in hand.unaccounted()[0]
    db.session.rollback()


def test_the_printed_slip_bears_number_square_and_lines(desk, app, tmp_path):
    clerk = desk.sign_in("wf-01.clerk")
    reserve(clerk, 2)
    first, second = numbers(app)
    pdf = tmp_path / "slips.pdf"
    pdf.write_bytes(clerk.fetch(f"/desk/hand-receipts/{first}.pdf").data)
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    assert text.count("手工收件凭证") == 4 and text.count(first) == 2 and text.count(second) == 2
    assert "Pages:           2" in subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    subprocess.run(["pdftoppm", "-r", "150", "-png", pdf, tmp_path / "page"], check=True)
    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "page-1.png"], capture_output=True, text=True).stdout
    assert first in read and "/status/" in read


def test_who_does_not_receive_reserves_none(inside):
    with pytest.raises(NotAllowed, match="只有收件人员"):
        hand.reserve(sample.actor("wf-01.archivist"), 4)
