"""A picture as it is kept: drawn anew from what came, in a process that may crash, hang or run out of memory."""

import os
import time
from functools import cache

from app.documents.child import Child, Lost, program
from app.refusals import Busy

PATIENCE = 8.0  # seconds, waiting for one's turn included
NO_PICTURE = "只能上传 JPG、PNG 或 PDF 文件，这个文件不是。"
TOO_LARGE = "图片的像素太多，请缩小后再上传。"
TYPES = {b"JPEG": "image/jpeg", b"PNG": "image/png"}


def drawn_anew(data: bytes) -> tuple[str, bytes]:
    """(content type, bytes) of a JPEG or PNG with nothing in it but the picture, upright.

    ValueError in words for what cannot be drawn. One at a time in each process, so that memory has a bound.
    """
    until = time.monotonic() + PATIENCE
    try:
        answer = _ask(data, until)
    except Lost as problem:
        raise _said(str(problem)) from problem
    kind, _, made = answer.partition(b"\n")
    return TYPES[kind], made


def _ask(data: bytes, until: float) -> bytes:
    try:
        return draughtsman().ask(data, until)
    except Lost as problem:
        if str(problem) != "EOFError":
            raise
        return draughtsman().ask(data, until)  # it went home at that very moment; what crashes it crashes the next one too


def _said(problem: str) -> Exception:
    if problem == "busy":
        return Busy("图片处理暂时忙不过来，文件没有保存，请稍后再试一次。")
    return ValueError(TOO_LARGE if problem in ("MemoryError", "TimeoutError", "EOFError") else NO_PICTURE)


@cache
def draughtsman() -> Child:
    return Child(program("redraw"))


# A forked worker must not share the pipes of its parent: it forgets them and starts its own child.
os.register_at_fork(after_in_child=draughtsman.cache_clear)
