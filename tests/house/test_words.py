"""The words of the screen: none without English, each with the placeholders of its Chinese."""

import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.cases.seats import NEAR_WORDS, PERMISSION_WORDS
from app.cases.steps import STATE_WORDS, STEPS
from app.documents.kinds import KINDS

HOUSE = Path(__file__).parents[2]
CATALOGUE = HOUSE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACE = re.compile(r"%\(\w+\)[sd]|%(?!\()")
CHINESE = re.compile(r"[\u3400-\u9fff]")
WELCOME = "bin/words"


@pytest.fixture(scope="module")
def english():
    with CATALOGUE.open("rb") as po:
        return read_po(po, locale="en")


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    """What bin/words finds in code, templates and tables now."""
    pot = tmp_path_factory.mktemp("words") / "messages.pot"
    subprocess.run([HOUSE / "bin" / "words", pot], check=True, capture_output=True, text=True)
    with pot.open("rb") as found:
        return read_po(found)


def test_every_word_of_the_screen_has_its_english(gathered, english):
    missing = [word.id for word in gathered if word.id and not (english.get(word.id) and english.get(word.id).string)]
    assert not missing, f"{WELCOME}, then fill in: {missing}"


def test_nothing_is_translated_that_no_page_says(gathered, english):
    assert not [word.id for word in english if word.id and word.id not in gathered], WELCOME


def test_no_translation_is_a_guess(english):
    assert not [word.id for word in english if word.id and word.fuzzy]


def test_placeholders_agree(english):
    differ = [
        word.id for word in english
        if word.id and sorted(PLACE.findall(word.id)) != sorted(PLACE.findall(word.string or ""))
    ]  # fmt: skip
    assert not differ


def test_english_is_english(english):
    assert not [word.id for word in english if word.id and CHINESE.search(word.string or "")]


def test_the_words_of_tables_are_gathered(gathered):
    """They are not marked in the code (translations/tables.py): a table that moves would be forgotten."""
    tables = [step.word for step in STEPS.values()]
    tables += [*STATE_WORDS.values(), *PERMISSION_WORDS.values(), *filter(None, NEAR_WORDS.values())]
    tables += [kind.title for kind in KINDS.values()]
    tables += ["没有待补的材料"]  # what a guard says
    assert not [word for word in tables if word not in gathered]
