"""A table as everybody gets it: on the page, on paper, as XLSX, as CSV."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class Sheet(NamedTuple):
    """`rows` are tuples of text, whole numbers, days, moments or None, as long as `heads`."""

    name: str
    title: str
    heads: tuple
    rows: Iterable[tuple]

    @property
    def figures(self) -> list[bool]:
        """Which columns are figures, by the first row; of a sheet whose rows are a list."""
        first = self.rows[0] if self.rows else ()
        return [isinstance(cell, int | float) or str(cell).endswith("%") or cell == "—" for cell in first]

    @property
    def heads_aligned(self) -> list:
        """As ui.table takes them."""
        return [(head, "num") if right else head for head, right in zip(self.heads, self.figures, strict=True)]


def plain(value) -> str:
    """One cell as text: days and moments in ISO order, so that they sort; a formula is defused (reliability S5)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def percentile(values: list, share: float):
    """The smallest value that `share` of all do not exceed (nearest rank); None of nothing. `values` are sorted."""
    if not values:
        return None
    return values[max(0, -(-int(share * 1000) * len(values) // 1000) - 1)]


def per_cent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"
