"""No list and no search reads a whole table of cases, papers, tasks or journal rows, or sorts more than a page of it."""

import json

import pytest

from app.cases.models import Case
from app.documents.models import Document
from app.extensions import db
from tests import sample
from tests.backoffice import on_the_table, received
from tests.plans import LISTS, WAYS, borrow_statistics, listening, sorts, whole_reads

SORTED = {  # what SQLite puts in order by itself, by words of its question, and why that is never more than a page
    "SELECT anon_1.slip_no": "twenty slips, cut off before",
    "SELECT slip.slip_no": "two hundred slips, cut off before",
    "SELECT draft.id": "the forms left at one door",
    '"case".id_hash = ?': "the cases of one person",
    "SELECT document.number": "the receipts of a hundred cases",
    "SELECT close_out.id": "the evenings of a month",
    "SELECT figure.name": "a line for each figure",
}


def _is_short(statement: str) -> bool:
    return any(words in statement for words in SORTED)


@pytest.mark.parametrize("login", LISTS)
def test_no_list_and_no_search_reads_a_table_that_grows_from_end_to_end_or_sorts_it(app, desk_of, desk, login):
    with app.app_context():
        on_the_table(n=1)
        number = received("GA-001", n=2).case_no
        case = db.session.scalar(db.select(Case).filter_by(case_no=number))
        paper = db.session.scalar(db.select(Document).filter_by(case_id=case.id).limit(1))
        words = {"no": number, "id": sample.id_number(2), "phone": case.phone, "code": case.status_code, "verify": paper.verify_code}
        browser, found = desk_of(login) if login else desk, {}
        heard = {}
        with listening() as said:
            for address in LISTS[login]:
                said.clear()
                browser.get(address.format(**words), expect=None)
                heard[address] = list(said)
        for statistics in ("none", "of a million cases"):
            if statistics != "none":
                borrow_statistics()
            for address, said in heard.items():
                reads = {(statement, table) for statement, given in said for table in whole_reads(statement, given)}
                found |= {(address, table, statistics): statement for statement, table in reads}
                long = [statement for statement, given in said if not _is_short(statement) and sorts(statement, given)]
                if long:
                    found[address, "(sorted)", statistics] = "\n\n".join(long)
    assert found == {}, "\n\n".join(
        f"{address} reads all of {table}, statistics {whose}:\n{said}" for (address, table, whose), said in found.items()
    )


def test_every_index_by_which_postgresql_answers_over_a_million_cases_is_still_there():
    ways = json.loads(WAYS.read_text())
    assert set(ways) == {address for addresses in LISTS.values() for address in addresses}, "bin/check-deep plans"
    there = {
        f"{table.name} by {one.name}" for table in db.metadata.tables.values() for one in (*table.indexes, *table.constraints)
    }
    assert set().union(*ways.values()) <= there
