"""From frozen facts to a PDF: the renderer at work in its own process (render.py)."""

import json
import os
import time
from functools import cache
from pathlib import Path

from flask import current_app

from app.documents.child import Child, Lost
from app.documents.kinds import NORMAL
from app.documents.sheets import STYLE, to_html
from app.refusals import Busy

PATIENCE = 18.0  # seconds for a document, signature and waiting for one's turn included (the reader hears within 20: reliability F7)
SORRY = "文书暂时无法生成，请稍后再试一次。办件本身已经保存，不受影响。"
RENDERER = Path(__file__).with_name("render.py")
NOT_SHOWN = ("given", "kind", "seal", "heading", "rail", "to_office_id")  # of the facts: what is no statement of the document


class Press(Child):
    """A child that prints. Any failure is Busy: a sentence, within PATIENCE seconds."""

    def __init__(self, style: str):
        super().__init__((str(RENDERER),), style.encode())

    def print(self, html: str, facts: bytes = b"", until: float | None = None) -> bytes:
        """The PDF of a sheet, with the machine-readable `facts` in it if there are any."""
        try:
            answer = self.ask(html.encode() + b"\0" + facts, until or time.monotonic() + PATIENCE)
        except Lost as problem:
            raise Busy(SORRY) from problem
        if not answer.startswith(b"%PDF-"):
            raise Busy(SORRY)
        return answer


@cache
def press() -> Press:
    """The press of this process, made when first asked for."""
    return Press(STYLE.read_text())


# A forked worker must not share the pipes of its parent: it forgets them and starts its own child.
os.register_at_fork(after_in_child=press.cache_clear)


def to_pdf(facts: dict, variant: str = NORMAL, until: float | None = None, on: Press | None = None) -> bytes:
    """The document that these facts make. Slow: never inside a transaction."""
    html = to_html(facts, current_app.config["BASE_URL"], variant)
    return (on or press()).print(html, readable(facts), until)


def readable(facts: dict) -> bytes:
    """What is printed, for machines: the same words, masked where the print is masked. UTF-8 JSON."""
    told = {key: value for key, value in facts.items() if key not in NOT_SHOWN and value not in ("", [], None)}
    return json.dumps({"document": facts["kind"], **told}, ensure_ascii=False, indent=1).encode()
