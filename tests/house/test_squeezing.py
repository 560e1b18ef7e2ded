"""What is sealed is short: squeezed with words that never change. And check characters, reckoned from a table."""

import hashlib
import json
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from stdnum.iso7064 import mod_37_36

from app.cases.numbering import random_code, with_check
from app.jobs.serve import SAMPLE_CITY
from app.squeezing import WORDS, squeezed, unsqueezed

FILES = {
    1: "480b528ca2dd5eb1e984415634f09afc1ef01d2d282221f82db49ca852692e65",
    2: "ba3efe8e333bcec0959e04578342709bdde46ae8c33e510e05d814f27a39ceeb",
}
SAID = (b"", b"{}", b"0123456789" * 5000, json.dumps({"applicant": "𠮷珺", "at": "2026年11月23日"}, ensure_ascii=False).encode())


def test_the_words_that_older_rows_need_never_change():
    assert {number: hashlib.sha256(words).hexdigest() for number, words in WORDS.items()} == FILES, (
        "add another file: what was squeezed with these must be read"
    )


def test_the_words_name_no_place_of_the_sample_city():
    city = yaml.safe_load((SAMPLE_CITY / "organisation.yaml").read_text())
    places = [city["city"]["name"], *(street[key] for street in city["streets"] for key in ("id", "name", "short"))]
    assert [place for place in places for words in WORDS.values() if place.encode() in words] == []


def test_what_was_squeezed_comes_back_as_it_was():
    for said in SAID:
        assert unsqueezed(squeezed(said)) == said


def test_what_was_squeezed_with_the_first_words_is_still_read():
    for said in SAID:
        first = zlib.compressobj(wbits=-zlib.MAX_WBITS, zdict=WORDS[1])
        assert unsqueezed(b"\1" + first.compress(said) + first.flush()) == said


def test_many_threads_squeeze_at_once_and_each_gets_its_own_back():
    said = [json.dumps({"applicant": "某某", "rows": list(range(number))}).encode() for number in range(2000)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda one: unsqueezed(squeezed(one)), said)) == said


@pytest.mark.parametrize("kept", (b"", b"\0", b"\1\xff", b"\2", b"\2{}", squeezed(b"0123456789" * 50)[:-1]))
def test_what_was_never_squeezed_is_refused_in_one_way(kept):
    with pytest.raises(ValueError, match="not squeezed"):
        unsqueezed(kept)


def test_a_journal_row_takes_a_third():
    said = '{"calendar":1,"opinion":"拟同意","waiting":{"ack":0,"on":"2026-03-12"}}'.encode()
    assert len(squeezed(said)) < len(said) / 2.5


def test_check_characters_are_those_of_the_standard():
    for body in ("52270100225071500002", "J2508180009", "", *(random_code()[:-1] for _ in range(200))):
        assert with_check(body) == body + mod_37_36.calc_check_digit(body)
