"""What a person may ask about their own data: who looked, a copy, a correction; each written down, none wider than the desk's view."""

import csv
import io
import json

from app.cases.find import find_cases
from app.cases.models import Case, JournalEntry
from app.cases.proof import broken_entries
from app.extensions import db
from app.web.numbers import said_by
from tests import backoffice, sample


def one_case(app, item: str = "MZ-001", n: int = 5) -> str:
    with app.app_context():
        return backoffice.received(item, n).case_no


def last(app, case_no: str) -> JournalEntry:
    with app.app_context():
        return db.session.scalars(db.select(JournalEntry).join(Case, Case.id == JournalEntry.case_id)
                                  .where(Case.case_no == case_no).order_by(JournalEntry.seq.desc())).first()  # fmt: skip


def test_a_person_gets_a_copy_of_all_that_is_held_on_them(app, desk_of):
    first, second = one_case(app), one_case(app, "MZ-002")
    desk = desk_of("wf-01.clerk")
    url = f"/desk/cases/{first}/export-personal-data"
    text = desk.post(url, {"identity": "seen", "reason": "本人要求查阅", "given_as": "page"}, 200).text
    assert sample.id_number(5) in text and first in text and second in text
    assert last(app, first).action == last(app, second).action == "export_personal_data"
    told = json.loads(desk.post(url, {"identity": "seen", "reason": "本人要求查阅", "given_as": "file"}, 200).data)
    assert {case["编号"] for case in told["办件"]} >= {first, second}
    assert any("本人要求查阅" in line for line in told["办件"][0]["查看记录"])


def test_another_centre_gives_out_only_what_it_sees_itself(app, desk_of):
    case_no = one_case(app)
    desk_of("gh-01.clerk").get(f"/desk/cases/{case_no}/export-personal-data", 404)
    desk_of("wf-01.guide").get(f"/desk/cases/{case_no}/export-personal-data", 403)


def test_wrong_data_is_put_right_and_what_was_there_stays_sealed_in_the_journal(app, desk_of):
    case_no, desk = one_case(app), desk_of("wf-01.clerk")
    url = f"/desk/cases/{case_no}/correct-personal-data"
    desk.post(url, {"reason": "身份证"}, 422)
    desk.post(url, {"reason": "身份证", "id_number": "529999199001010011"}, 422)
    desk.post(url, {"reason": "看了身份证原件", "applicant_name": "王晓明", "id_number": sample.id_number(6), "residence_address": "新址9号"}, 303)
    entry = last(app, case_no)
    assert entry.facts["before"]["applicant_name"] == "王小明" and entry.facts["before"]["id_number"] == sample.id_number(5)
    with app.app_context():
        by = sample.actor("wf-01.clerk")
        assert [row.case_no for row in find_cases("晓明", by)] == [row.case_no for row in find_cases(sample.id_number(6), by)] == [case_no]
        assert find_cases("王小", by) == find_cases(sample.id_number(5), by) == []
        kept = db.session.scalar(db.select(Case).filter_by(case_no=case_no)).particulars
        assert kept["residence_address"] == "新址9号"
        assert kept.items() >= said_by(sample.id_number(6)).items()  # what the number says of the person goes with it
        assert list(broken_entries()) == []
    assert "更正：" in desk.get(f"/desk/cases/{case_no}").get_text()
    desk_of("wf-01.guide").get(url, 403)


def test_who_looked_is_read_by_the_auditor_and_by_the_own_supervisor(app, desk_of):
    case_no = one_case(app)
    desk_of("wf-01.clerk").post(f"/desk/cases/{case_no}/open-personal-data", {"reason": "=核对账户"}, 200)
    for login, seen in (("service_admin.auditor", True), ("wf-01.supervisor", True), ("gh-01.supervisor", False)):
        for query in ("", f"?case={case_no}", "?who=" + sample_name(app)):
            text = desk_of(login).get(f"/oversight/openings{query}").get_text()
            assert (case_no in text and "核对账户" in text) == seen, (login, query)
    auditor = desk_of("service_admin.auditor")
    assert case_no not in auditor.get("/oversight/openings?who=没有此人").get_text()
    assert case_no not in auditor.get("/oversight/openings?since=2020-01-01&until=2020-02-01").get_text()
    token = auditor.get("/oversight/openings").select_one("form.export input[name=csrf_token]")["value"]
    answer = auditor.client.post("/oversight/openings.csv", data={"csrf_token": token})
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[1][3] == case_no and rows[1][5] == "'=核对账户"
    desk_of("wf-01.clerk").get("/oversight/openings", 403)


def sample_name(app) -> str:
    with app.app_context():
        return sample.actor("wf-01.clerk").name
