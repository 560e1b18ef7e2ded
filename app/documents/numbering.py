"""Document numbers: 代字 + type character + 〔year〕 + serial + 号, gapless in each series (GB/T 9704)."""

from datetime import date
from typing import NamedTuple

from app.cases.numbering import next_serial


class Number(NamedTuple):
    series: str  # 都文峰/受/2026
    serial: int
    text: str  # 都文峰受〔2026〕3号


def next_number(document_code: str, character: str, day: date) -> Number:
    """Take the next number; given back when the transaction around it fails."""
    series = f"{document_code}/{character}/{day.year}"
    serial = next_serial("document/" + series)
    return Number(series, serial, written(series, serial))


def written(series: str, serial: int) -> str:
    """The number as it is printed: 都文峰/受/2026 and 3 → 都文峰受〔2026〕3号."""
    code, character, year = series.split("/")
    return f"{code}{character}〔{year}〕{serial}号"
