"""What is drawn above a table: names and series out of its own rows. Pure."""

from app.oversight.sheets import Sheet

SHADES = 5
MOST = 12  # bars; the table has the rest


def chart_of(sheet: Sheet) -> dict | None:
    """As static/charts.js takes it; None of an empty table."""
    rows = list(sheet.rows)
    return DRAWN[sheet.name](sheet, rows) if rows and sheet.name in DRAWN else None


def _one(name: int, value: int, kind: str):
    def draw(sheet: Sheet, rows: list) -> dict:
        rows = rows[:MOST]
        data = [_number(row[value]) for row in rows]
        return {"kind": kind, "names": [str(row[name]) for row in rows],
                "series": [{"name": str(sheet.heads[value]), "data": data}]}  # fmt: skip

    return draw


def _links(sheet: Sheet, rows: list) -> dict:
    series = [{"name": str(sheet.heads[at]), "data": [_number(row[at]) for row in rows]} for at in (2, 3)]
    return {"kind": "bar", "names": [str(row[0]) for row in rows], "series": series, "whole": False}


def _number(cell) -> float | int | None:
    if isinstance(cell, int | float):
        return cell
    text = str(cell).removesuffix("%")
    return None if text in ("—", "") else float(text)


def heat(sheet: Sheet) -> list[list[int]]:
    """How dark each figure of a table is drawn that is its own drawing: 0 nothing … 5 the most of all."""
    rows = [[cell if isinstance(cell, int) else 0 for cell in row] for row in sheet.rows]
    most = max((max(row, default=0) for row in rows), default=0) or 1
    return [[-(-SHADES * cell // most) for cell in row] for row in rows]


DRAWN = {
    "on-time": _one(1, 4, "flat"), "links": _links, "items": _one(1, 2, "flat"),
    "satisfaction": _one(0, 1, "bar"), "trips": _one(0, 1, "flat"),
}  # fmt: skip
