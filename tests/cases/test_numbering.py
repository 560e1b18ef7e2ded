"""Numbers: one after the other, given back with their transaction; codes that nobody guesses and everybody can type."""

from datetime import date

import pytest

from app.cases import numbering
from app.documents.numbering import Number, next_number, written
from app.extensions import db

DAY = date(2026, 3, 2)


def test_each_series_counts_from_one_and_a_number_is_given_back(two_offices):
    with two_offices.app_context():
        assert [numbering.next_serial("a"), numbering.next_serial("a"), numbering.next_serial("b")] == [1, 2, 1]
        db.session.rollback()
        assert numbering.next_serial("a") == 1
        db.session.rollback()


def test_a_case_number_says_where_when_and_which(two_offices):
    with two_offices.app_context():
        assert numbering.case_no("522701001", DAY) == numbering.with_check("52270100126030200001")
        second = numbering.case_no("522701001", DAY)
        assert second[:20] == "52270100126030200002" and len(second) == 21
        assert numbering.checks(second)
        assert not numbering.checks(second[:-1] + ("0" if second[-1] != "0" else "1"))
        assert numbering.case_no("522701002", DAY)[15:20] == "00001"
        assert numbering.case_no("522701001", date(2026, 3, 3))[15:20] == "00001"
        assert numbering.next_serial("case/522701001/260302") == 3
        db.session.rollback()


def test_to_wait_for_a_number_takes_none(two_offices):
    with two_offices.app_context():
        numbering.wait_for_case_no("522701001", DAY)
        assert numbering.case_no("522701001", DAY)[15:20] == "00001"
        db.session.rollback()


def test_a_document_number_is_written_as_the_standard_says(two_offices):
    with two_offices.app_context():
        assert next_number("都文峰", "受", DAY) == Number("都文峰/受/2026", 1, "都文峰受〔2026〕1号")
        assert next_number("都文峰", "受", DAY).text == "都文峰受〔2026〕2号"
        assert next_number("都文峰", "补", DAY).serial == 1
        assert numbering.next_serial("document/都文峰/受/2026") == 3
        db.session.rollback()
    assert written("都光汇/准/2027", 30) == "都光汇准〔2027〕30号"


def test_a_code_is_random_checked_and_free_of_what_can_be_misread():
    made = {numbering.random_code() for _time in range(300)}
    assert len(made) == 300
    for code in made:
        assert len(code) == 14 == numbering.CODE_LENGTH + 1
        assert not set(code) & set("ILOU")
        assert numbering.checks(code)
    for place in range(13):  # five bits at every place: each shows nearly all of the 32 characters
        assert len({code[place] for code in made}) > 25


def test_what_a_person_types_is_read_kindly():
    code = next(code for code in iter(numbering.random_code, None) if {*"01X"} <= {*code})
    for typed in (code, code.lower(), numbering.grouped(code), f" {code[:4]}\u3000{code[4:]} ",
                  code.replace("0", "O").replace("1", "I"), code.replace("0", "o").replace("1", "l")):  # fmt: skip
        assert numbering.normalise_code(typed) == code


@pytest.mark.parametrize("spoil", [lambda code: code[:-1], lambda code: code + "0", lambda code: "", lambda code: code[:13] + "*",
                                   lambda code: ("1" if code[0] == "0" else "0") + code[1:]])  # fmt: skip
def test_what_cannot_be_a_code_is_none(spoil):
    assert numbering.normalise_code(spoil(numbering.random_code())) is None


def test_a_code_with_a_letter_that_we_never_write_is_none():
    whole = next(with_u for n in range(200) if (with_u := numbering.with_check(f"U{n:012d}"))[-1] in numbering.CODE_ALPHABET)
    assert numbering.checks(whole)
    assert numbering.normalise_code(whole) is None


def test_a_code_is_printed_in_groups():
    assert numbering.grouped("ABCD12345EFGHJ") == "ABCD-12345-EFGHJ"
