"""Finding a Chinese name by the keys of a keyboard."""

import re
import unicodedata


def spelled(name: str) -> str:
    """高龄津贴 → gaolingjintie"""
    return _spelt(name, "NORMAL")


def initials(name: str) -> str:
    """高龄津贴 → gljt"""
    return _spelt(name, "FIRST_LETTER")


def typed(words: str) -> list[str]:
    """What somebody typed, ready to compare: full-width letters and capitals do not matter."""
    return unicodedata.normalize("NFKC", words[:100]).lower().split()


def _spelt(name: str, style: str) -> str:
    from pypinyin import Style, lazy_pinyin  # 57 MB of words: only where a catalogue is loaded, not in each web worker

    return _letters(lazy_pinyin(name, style=Style[style]))


def _letters(parts: list[str]) -> str:
    return re.sub("[^a-z0-9]", "", "".join(parts).lower())
