"""Which characters our fonts can print: an empty box on a certificate passes every test but the eye's.

Fontconfig knows what each installed font has a drawing for, and it is what the renderer asks too.
"""

import json
import re
import subprocess
import unicodedata
from functools import cache

from app.refusals import Incomplete
from app.web.text import clean

NEED_NO_GLYPH = ("Zs", "Zl", "Zp", "Cc", "Cf")
LAST = 0x110000
_IN_ONE = json.JSONEncoder(ensure_ascii=False)
_PRINTED_BEFORE: set[str] = set()  # what was looked up already: a desk writes with some thousand characters


def settled(facts):
    """The same facts with every text composed (NFC) and without control characters, as they are printed."""
    if isinstance(facts, str):
        return clean(facts, lines=True)
    if isinstance(facts, dict):
        return {key: settled(value) for key, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [settled(value) for value in facts]
    return facts


def refuse_what_cannot_be_printed(facts: dict) -> None:
    """Raises Incomplete that names each character without a glyph and its code point."""
    used = set(_IN_ONE.encode(facts)) - _PRINTED_BEFORE  # JSON adds nothing but letters and signs of ASCII
    if bad := sorted(char for char in used if not printable(char)):
        named = "、".join(f"“{char}”（U+{ord(char):04X}）" for char in bad[:5])
        raise Incomplete(
            f"{named}没有字形，不能打印。请核对是否录错；确为此字的，请以同音字或“〓”代替并在备注中说明，"
            "同时请系统管理员安装含有该字的字体。"
        )
    _PRINTED_BEFORE.update(used)


def printable(char: str) -> bool:
    return has_glyph(char) or unicodedata.category(char) in NEED_NO_GLYPH or _is_variation(char)


def has_glyph(char: str) -> bool:
    point = ord(char)
    return bool(_covered()[point >> 3] >> (point & 7) & 1)


def _is_variation(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@cache
def _covered() -> bytes:
    """A bit for every code point: 136 kB, found in a tenth of a second, once a process."""
    bits = bytearray(LAST // 8)
    for charset in _charsets():
        for first, last in re.findall(r"([0-9a-f]+)(?:-([0-9a-f]+))?", charset):
            for point in range(int(first, 16), int(last or first, 16) + 1):
                bits[point >> 3] |= 1 << (point & 7)
    return bytes(bits)


def _charsets() -> set[str]:
    """What each font covers, as ranges of hexadecimal code points; the weights of a family say the same."""
    asked = subprocess.run(["fc-list", "--format", "%{charset}\n"], capture_output=True, text=True, check=True)
    return set(asked.stdout.splitlines())
