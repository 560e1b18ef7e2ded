"""No list and no search reads a whole table of cases, papers, tasks or journal rows, on either database."""

import pytest

from app.cases.models import Case
from app.documents.models import Document
from app.extensions import db
from tests import sample
from tests.backoffice import on_the_table, received
from tests.plans import listening, whole_reads

OFFICER, CLERK, COURIER = "urban_management.officer", "wf-01.clerk", "service_admin.courier"
HERE, CITY = "wf-01.supervisor", "service_admin.supervisor"
LISTS = {
    OFFICER: ("/office", "/office?state=mine", "/office?state=free", "/office?state=accept", "/office?state=issue",
              "/office?item=CG-001", "/office?after=2026-12-01~task~5", "/office?after=2026-12-01~case~5", "/desk/slips"),
    CLERK: ("/desk", "/desk/find?q={no}", "/desk/find?q={id}", "/desk/find?q={phone}", "/desk/find?q=王小", "/desk/find?q=王小明",
            "/desk/find?q=没有", "/desk/slips", "/desk/papers", "/desk/my-day", "/desk/where", "/desk/cases/{no}"),
    COURIER: ("/desk/slips", "/desk/where"),
    HERE: ("/desk/find?q=王小", "/desk/find?q={no}"),
    CITY: ("/oversight/red", "/oversight/unclaimed", "/desk/find?q=王小明"),
    None: ("/status/{code}", "/verify/{verify}"),
}  # fmt: skip


@pytest.mark.parametrize("login", LISTS)
def test_no_list_and_no_search_reads_a_table_that_grows_from_end_to_end(app, desk_of, desk, login):
    with app.app_context():
        on_the_table(n=1)
        number = received("GA-001", n=2).case_no
        case = db.session.scalar(db.select(Case).filter_by(case_no=number))
        paper = db.session.scalar(db.select(Document).filter_by(case_id=case.id).limit(1))
        words = {"no": number, "id": sample.id_number(2), "phone": case.phone, "code": case.status_code, "verify": paper.verify_code}
        browser, found = desk_of(login) if login else desk, {}
        with listening() as heard:
            for address in LISTS[login]:
                heard.clear()
                browser.get(address.format(**words), expect=None)
                said = {(statement, table) for statement, given in list(heard) for table in whole_reads(statement, given)}
                found |= {(address, table): statement for statement, table in said}
    assert found == {}, "\n\n".join(f"{address} reads all of {table}:\n{said}" for (address, table), said in found.items())
