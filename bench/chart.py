"""A small picture of a run: how far each figure is from its target. Plain SVG, drawn here."""

import re
from html import escape
from pathlib import Path

from bench.figures import Figure

DOCS = Path(__file__).parents[1] / "docs"
ROW, LEFT, WIDE, RIGHT = 22, 420, 400, 220  # pixels; the target's line stands in the middle of WIDE
MOST = 2.0  # times the target, where a bar ends


def draw(figures: list[Figure], title: str, name: str) -> Path:
    """docs/bench-<name>.svg: a bar a figure, as a share of its target; shorter is better."""
    rows = [(figure, share) for figure in figures if (share := _share(figure)) is not None]
    height = ROW * (len(rows) + 2) + 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDE + RIGHT}" height="{height}" font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>", '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="12" y="20" font-weight="bold">{escape(title)}</text>',
        f'<text x="{LEFT + WIDE / MOST}" y="20" text-anchor="middle" fill="#555">target</text>',
    ]  # fmt: skip
    for place, (figure, share) in enumerate(rows, start=1):
        top, colour = ROW * place + 12, "#2f6f4f" if figure.ok else "#b5532a"
        shown = figure.value if figure.ratio is None else figure.ratio
        unit = figure.unit if figure.ratio is None else "×"
        lines += [
            f'<text x="{LEFT - 8}" y="{top + 15}" text-anchor="end">{escape(figure.name)}</text>',
            f'<rect x="{LEFT}" y="{top + 4}" width="{max(2, min(share, MOST) / MOST * WIDE):.0f}" height="{ROW - 7}" fill="{colour}"/>',
            f'<text x="{LEFT + WIDE + 6}" y="{top + 15}">{shown:,.2f} {escape(unit)}</text>',
        ]
    middle = LEFT + WIDE / MOST
    lines += [f'<path d="M{middle} {ROW + 8}V{height - 12}" stroke="#555" stroke-dasharray="3 3"/>', "</svg>"]
    path = DOCS / f"bench-{name}.svg"
    path.write_text("\n".join(lines) + "\n")
    return path


def _share(figure: Figure) -> float | None:
    """Of the target: 1 is just met, below is better whichever way the target looks."""
    said = re.match(r"([≤≥]) ([\d.]+)", figure.target)
    value = figure.value if figure.ratio is None else figure.ratio
    if not said or value is None or not (target := float(said[2])):
        return None
    return value / target if said[1] == "≤" else target / max(value, 1e-9)
