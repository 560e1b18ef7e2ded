"""Bar codes and QR codes as inline SVG: drawn here, never fetched."""

import base64
import io

import segno
from barcode.codex import Code128

QUIET = 10  # light modules on each side (ISO/IEC 15417)


def barcode(text: str) -> str:
    """Code 128 of an ASCII text as a data: address; stretch it to any size."""
    modules = Code128(text).build()[0]
    width = len(modules) + 2 * QUIET
    bars, at = [], 0
    for run in modules.replace("01", "0 1").replace("10", "1 0").split():
        if run[0] == "1":
            bars.append(f"M{at + QUIET} 0h{len(run)}v1h-{len(run)}z")
        at += len(run)
    return _data(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 1" width="{width}" height="1"'
        f' preserveAspectRatio="none"><path d="{"".join(bars)}"/></svg>'
    )


def qr(text: str) -> str:
    """A QR code (level M) as a data: address."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, omitsize=True)
    return _data(drawn.getvalue().decode())


def _data(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
