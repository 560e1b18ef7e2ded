"""WeasyPrint as its documentation uses it, in a process of its own like the desk's renderer; fonts and style sheet read once.

First the style sheet, then pages; each message, and each PDF in answer, stands behind its length in four bytes.
"""

import struct
import sys

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration


def read() -> str | None:
    head = sys.stdin.buffer.read(4)
    return sys.stdin.buffer.read(struct.unpack(">I", head)[0]).decode() if len(head) == 4 else None


def main() -> None:
    fonts = FontConfiguration()
    style = CSS(string=read(), font_config=fonts)
    while (page := read()) is not None:
        pdf = HTML(string=page).write_pdf(stylesheets=[style], font_config=fonts)
        sys.stdout.buffer.write(struct.pack(">I", len(pdf)) + pdf)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
