"""Finding a Chinese name by the keys of a keyboard."""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin


def spelled(name: str) -> str:
    """高龄津贴 → gaolingjintie"""
    return _letters(lazy_pinyin(name))


def initials(name: str) -> str:
    """高龄津贴 → gljt"""
    return _letters(lazy_pinyin(name, style=Style.FIRST_LETTER))


def typed(words: str) -> list[str]:
    """What somebody typed, ready to compare: full-width letters and capitals do not matter."""
    return unicodedata.normalize("NFKC", words[:100]).lower().split()


def _letters(parts: list[str]) -> str:
    return re.sub("[^a-z0-9]", "", "".join(parts).lower())
