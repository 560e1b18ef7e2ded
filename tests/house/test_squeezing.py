"""What is sealed is short: squeezed with words that never change. And check characters, reckoned from a table."""

import hashlib
import json

from stdnum.iso7064 import mod_37_36

from app.cases.numbering import random_code, with_check
from app.squeezing import WORDS, squeezed, unsqueezed

FIRST = "480b528ca2dd5eb1e984415634f09afc1ef01d2d282221f82db49ca852692e65"


def test_the_words_that_older_rows_need_never_change():
    assert hashlib.sha256(WORDS[1]).hexdigest() == FIRST, "add a second file: what was squeezed with this one must be read"


def test_what_was_squeezed_comes_back_as_it_was():
    for said in (b"", b"{}", b"0123456789" * 5000, json.dumps({"applicant": "𠮷珺", "at": "2026年11月23日"}, ensure_ascii=False).encode()):
        assert unsqueezed(squeezed(said)) == said


def test_a_journal_row_takes_a_third():
    said = '{"calendar":1,"opinion":"拟同意","waiting":{"ack":0,"on":"2026-03-12"}}'.encode()
    assert len(squeezed(said)) < len(said) / 2.5


def test_check_characters_are_those_of_the_standard():
    for body in ("52270100225071500002", "J2508180009", "", *(random_code()[:-1] for _ in range(200))):
        assert with_check(body) == body + mod_37_36.calc_check_digit(body)
