"""A figure, its target, and how they are shown and kept."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

LATEST = Path(__file__).parent / "latest.json"


@dataclass
class Figure:
    """One row. `value` and `floor` in `unit`; `ratio` is what the target is about (value ÷ floor, or the value itself).

    `ok`: None where no target is set or nothing could be measured. `spread`: (highest − lowest) ÷ median of the rounds.
    """

    section: str
    name: str
    value: float | None
    unit: str = "ms CPU"
    floor: float | None = None
    ratio: float | None = None
    target: str = ""
    ok: bool | None = None
    spread: float | None = None
    note: str = ""


def against(section: str, name: str, ours: list[float], floors: list[float], most: float | None = None, **more) -> Figure:
    """Rounds of two things measured in turn: the median of the ratios is held against `most`, where there is a target."""
    ratios = [one / floor for one, floor in zip(ours, floors, strict=True)]
    ratio = median(ratios)
    return Figure(
        section, name, median(ours), floor=median(floors), ratio=ratio, spread=(max(ratios) - min(ratios)) / ratio,
        target="" if most is None else f"≤ {most:g} ×", ok=None if most is None else ratio <= most, **more,
    )  # fmt: skip


def at_most(section: str, name: str, values: list[float], most: float, unit: str, **more) -> Figure:
    value = median(values)
    spread = (max(values) - min(values)) / value if value else 0.0
    return Figure(section, name, value, unit, target=f"≤ {most:g} {unit}", ok=value <= most, spread=spread, **more)


def at_least(section: str, name: str, value: float, least: float, unit: str, **more) -> Figure:
    return Figure(section, name, value, unit, target=f"≥ {least:g} {unit}", ok=value >= least, **more)


def said(figure: Figure) -> str:
    """A line of the table."""
    number = "–" if figure.value is None else f"{figure.value:,.2f} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} × {figure.floor:,.2f}"
    spread = "" if figure.spread is None else f"±{figure.spread / 2:.0%}"
    verdict = {True: "ok", False: "SHORT", None: ""}[figure.ok]
    line = f"{figure.section:<10}{figure.name:<44}{number:>18}  {ratio:<16}{spread:<7}{figure.target:<16}{verdict:<6}"
    return f"{line}{figure.note}".rstrip()


def keep(figures: list[Figure], run: dict) -> None:
    rows = [asdict(figure) | run for figure in figures]
    LATEST.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
