"""The steps of the counter, page by page: the form, why not, and what follows."""

import pytest
from bs4 import BeautifulSoup

from app.cases.models import Case, CorrectionLine, JournalEntry, Material
from app.catalog.find import current_spec
from app.documents.models import Document
from app.extensions import db
from app.jobs import nightly
from app.receive import actions
from tests.sample import actor, answers, applicant, everything, without


@pytest.fixture
def clerk(desk):
    return desk.sign_in("wf-01.clerk")


@pytest.fixture
def received(app):
    """A case as the counter has it: `received("MZ-001", "户口簿")` lacks what is named."""

    def take_in(item_code: str = "MZ-001", *lacking: str, n: int = 1, login: str = "wf-01.clerk") -> str:
        with app.app_context():
            spec = current_spec(item_code)
            ticks = without(spec, *lacking) if lacking else everything(spec)
            case = actions.receive(actor(login), f"key-{item_code}-{n}", item_code, applicant(n), ticks, answers(spec))
            return f"/desk/cases/{case.case_no}"

    return take_in


def now(app, address: str) -> Case:
    with app.app_context():
        return db.session.scalar(db.select(Case).filter_by(case_no=address.rsplit("/", 1)[1]))


def said(answer) -> str:
    return BeautifulSoup(answer.data, "html.parser").select_one("main").get_text(" ", strip=True)


def newest_document(app) -> Document:
    with app.app_context():
        return db.session.scalar(db.select(Document).order_by(Document.id.desc()))


def test_complete_papers_are_accepted(clerk, app, received):
    case = received()
    assert "15 个工作日" in clerk.get(f"{case}/accept").get_text()
    assert clerk.post(f"{case}/accept").location == case
    assert now(app, case).state == "accepted"
    assert "受理" in clerk.get(f"{case}/accept", expect=409).get_text()


def test_what_is_missing_stops_the_acceptance_and_says_so(clerk, app, received):
    case = received("MZ-001", "户口簿")
    page = clerk.get(f"{case}/accept", expect=409)
    assert "居民户口簿" in page.get_text() and not page.select("#step form")
    clerk.send(f"{case}/accept", {"csrf_token": page.select_one("[name=csrf_token]")["value"]}, expect=409)
    assert now(app, case).state == "received"


def test_tolerance_lists_what_will_follow_and_wants_a_pledge(clerk, app, received):
    case = received("MZ-001", "户口簿")
    assert "居民户口簿" in clerk.get(f"{case}/accept-tolerant").get_text()
    assert "承诺书" in said(clerk.post(f"{case}/accept-tolerant", {"supplement_days": "5"}, expect=422))
    kept = BeautifulSoup(
        clerk.post(f"{case}/accept-tolerant", {"supplement_days": "99", "pledged": "y"}, expect=422).data, "html.parser"
    )
    assert "1–15" in kept.get_text() and kept.select_one("[name=supplement_days]")["value"] == "99"
    clerk.post(f"{case}/accept-tolerant", {"supplement_days": "5", "pledged": "y"})
    assert now(app, case).tolerant
    clerk.get(f"{case}/supplement")


def test_one_list_is_told_once_and_all_of_it(clerk, app, received):
    case = received("MZ-001", "户口簿", "照片")
    page = clerk.get(f"{case}/request-correction")
    with app.app_context():
        ids = {row.name: row.id for row in db.session.scalars(db.select(Material))}
    book, card = ids["居民户口簿"], ids["居民身份证"]
    assert page.select_one(f"[name=p{book}-ticked]").has_attr("checked"), "what is missing is ticked already"
    assert page.select_one(f"[name=p{book}-phrase] option[selected]").get_text() == "未提交"
    assert "还漏了" in said(clerk.post(f"{case}/request-correction", {f"p{book}-ticked": None, f"p{card}-ticked": "y",
                                                             f"p{card}-phrase": "3"}, expect=422))  # fmt: skip
    assert "写明存在的问题" in said(clerk.post(f"{case}/request-correction", {f"p{card}-ticked": "y"}, expect=422))
    clerk.post(f"{case}/request-correction", {f"p{card}-ticked": "y", f"p{card}-phrase": "3", f"p{card}-problem": "背面"})
    assert now(app, case).state == "correction"
    with app.app_context():
        lines = {row.name: row.problem for row in db.session.scalars(db.select(CorrectionLine))}
    assert lines == {"居民户口簿": "未提交", "居民身份证": "复印件不清晰，无法辨认；背面"}
    assert newest_document(app).kind == "correction_notice"
    assert "已一次性告知过" in clerk.get(f"{case}/request-correction", expect=409).get_text()


def test_the_last_paper_leads_on_to_acceptance(clerk, app, received):
    case = received("MZ-001", "户口簿", "申请表")
    clerk.post(f"{case}/request-correction")
    with app.app_context():
        ids = {row.name: row.id for row in db.session.scalars(db.select(Material))}
    book, form = ids["居民户口簿"], ids["高龄津贴申请表"]
    assert "请勾选" in said(clerk.post(f"{case}/supplement", expect=422))
    assert clerk.post(f"{case}/supplement", {f"p{book}-arrived": "y", f"p{book}-copies": "2"}).location == case
    assert "居民户口簿" not in clerk.get(f"{case}/supplement").select_one("#step").get_text()
    assert clerk.post(f"{case}/supplement", {f"p{form}-arrived": "y"}).location == f"{case}/accept"
    clerk.post(f"{case}/accept")
    assert now(app, case).state == "accepted"


def test_another_centre_takes_in_what_was_missing(desk_of, app, received):
    case = received("MZ-001", "户口簿")
    other = desk_of("gh-01.clerk")
    other.get(f"{case}/supplement", expect=404)
    desk_of("wf-01.clerk").post(f"{case}/request-correction")
    with app.app_context():
        book = db.session.scalar(db.select(Material.id).filter_by(state="missing"))
    assert other.post(f"{case}/supplement", {f"p{book}-arrived": "y"}).location == case
    other.get(case)


@pytest.mark.parametrize("reason, more", [
    ("no_licence_needed", {}),
    ("not_our_authority", {"competent": "市自然资源局", "address": "剑江中路"}),
    ("other", {}),
])  # fmt: skip
def test_a_refusal_says_why_on_what_basis_and_where_to_turn(clerk, app, received, reason, more):
    case = received()
    page = clerk.get(f"{case}/refuse")
    assert "[" not in page.select_one("[name=basis]")["value"]
    assert page.select_one("[name=court]")["value"] == "都匀市人民法院"
    if more:
        assert "向哪个机关申请" in said(clerk.post(f"{case}/refuse", {"reason": reason, "reason_text": "不归"}, expect=422))
    clerk.post(f"{case}/refuse", {"reason": reason, "reason_text": "申请的事项已取消"} | more)
    assert now(app, case).state == "not_accepted"
    with app.app_context():
        facts = db.session.scalar(db.select(Document).filter_by(kind="refusal_notice")).facts
    assert [chosen for _words, chosen in facts["reasons"]].count(True) == 1
    assert facts["reason_text"] == "申请的事项已取消" and facts["court"] == "都匀市人民法院"


def test_what_belongs_elsewhere_is_forwarded_and_the_answer_comes_back(clerk, app, received):
    case = received()
    assert "请选择转往的单位" in said(clerk.post(f"{case}/forward", {"reason": "属信访事项"}, expect=422))
    clerk.post(f"{case}/forward", {"office": "petitions", "reason": "属信访事项", "reply_by": "2026-12-20"})
    assert now(app, case).state == "forwarded"
    with app.app_context():
        assert db.session.scalar(db.select(Document).filter_by(kind="forwarding_slip")).facts["target"] == "市信访局"
    clerk.post(f"{case}/record-reply", {"reply": "已受理，15 日内答复"})
    clerk.get(f"{case}/record-reply", expect=409)


def test_a_unit_outside_the_city_is_named_by_hand(clerk, app, received):
    case = received()
    clerk.post(f"{case}/forward", {"outside": "贵阳市民政局", "reason": "户籍在贵阳", "address": "贵阳市"})
    with app.app_context():
        slip = db.session.scalar(db.select(Document).filter_by(kind="forwarding_slip"))
        assert (slip.facts["target"], slip.facts["in_city"]) == ("贵阳市民政局", False)


def test_a_withdrawal_is_signed(clerk, app, received):
    case = received()
    assert "撤回申请书" in said(clerk.post(f"{case}/withdraw", {"reason": "不办了"}, expect=422))
    clerk.post(f"{case}/withdraw", {"reason": "不办了", "signed": "y"})
    assert now(app, case).state == "withdrawn"


def test_who_never_came_back_is_taken_as_withdrawn_by_the_supervisor(desk_of, app, received, clock):
    clock("2026-10-12 09:00")
    case = received("MZ-001", "户口簿")
    desk_of("wf-01.clerk").post(f"{case}/request-correction")
    supervisor = desk_of("wf-01.supervisor")
    assert "才届满" in supervisor.get(f"{case}/deem-withdrawn", expect=409).get_text()
    for day in ("2026-12-14", "2026-12-15"):  # the reminder, and the proposal on the day after
        clock(f"{day} 09:00")
        with app.app_context():
            nightly.run()
    desk_of("wf-01.clerk").sign_in("wf-01.clerk").get(f"{case}/deem-withdrawn", expect=403)
    supervisor.sign_in("wf-01.supervisor").post(f"{case}/deem-withdrawn")
    assert now(app, case).state == "withdrawn"


def test_a_stranger_finds_nothing(desk_of, received):
    case = received()
    for step in ("accept", "refuse", "forward", "withdraw", "finish"):
        desk_of("gh-01.clerk").get(f"{case}/{step}", expect=404)


def test_every_step_is_written_down_with_its_clerk(clerk, app, received):
    case = received()
    clerk.post(f"{case}/accept")
    with app.app_context():
        rows = db.session.execute(db.select(JournalEntry.action, JournalEntry.actor_name, JournalEntry.desk_id)).all()
    assert [row.action for row in rows] == ["receive", "accept"] and rows[0][1:] == rows[1][1:]
