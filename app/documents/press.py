"""Keeps one rendering process at work: starts it when first needed, stops waiting for it in time, replaces it."""

import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from functools import cache
from pathlib import Path

from flask import current_app

from app.documents.sheets import STYLE, to_html
from app.refusals import Busy

PATIENCE = 20.0  # seconds for a document, waiting for one's turn included (reliability F7)
SORRY = "文书暂时无法生成，请稍后再试一次。办件本身已经保存，不受影响。"
RENDERER = Path(__file__).with_name("render.py")


class Press:
    """One child, one sheet at a time. Any failure costs the child, never the caller."""

    def __init__(self, style: str):
        self._style = style.encode()
        self._turn = threading.Lock()
        self._child: subprocess.Popen | None = None

    def print(self, html: str) -> bytes:
        """The PDF of a sheet. Raises Busy after PATIENCE seconds, or when the child dies over it."""
        until = time.monotonic() + PATIENCE
        if not self._turn.acquire(timeout=PATIENCE):
            raise Busy(SORRY)
        try:
            answer = self._ask(html.encode(), until)
        except (OSError, EOFError, TimeoutError) as problem:
            self.stop()
            raise Busy(SORRY) from problem
        finally:
            self._turn.release()
        if not answer.startswith(b"%PDF-"):
            raise Busy(SORRY)
        return answer

    def stop(self) -> None:
        child, self._child = self._child, None
        if child:
            child.kill()
            child.stdin.close()
            child.stdout.close()
            child.wait()

    def _ask(self, sheet: bytes, until: float) -> bytes:
        if self._child is None or self._child.poll() is not None:
            self.stop()
            self._child = _start(self._style)
        try:
            _send(self._child, sheet, until)
        except BrokenPipeError:  # it had done its number of sheets
            self.stop()
            self._child = _start(self._style)
            _send(self._child, sheet, until)
        (length,) = struct.unpack(">I", _receive(self._child, 4, until))
        return _receive(self._child, length, until)


def _start(style: bytes) -> subprocess.Popen:
    # -I: neither this room's modules nor the environment can stand in for the child's own imports.
    child = subprocess.Popen(
        [sys.executable, "-I", str(RENDERER)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        cwd="/",
    )  # fmt: skip
    os.set_blocking(child.stdin.fileno(), False)
    os.set_blocking(child.stdout.fileno(), False)
    _send(child, style, time.monotonic() + PATIENCE)
    return child


def _send(child: subprocess.Popen, message: bytes, until: float) -> None:
    rest = memoryview(struct.pack(">I", len(message)) + message)
    while rest:
        _wait(child.stdin, selectors.EVENT_WRITE, until)
        rest = rest[os.write(child.stdin.fileno(), rest[:65536]):]


def _receive(child: subprocess.Popen, length: int, until: float) -> bytes:
    got = bytearray()
    while len(got) < length:
        _wait(child.stdout, selectors.EVENT_READ, until)
        part = os.read(child.stdout.fileno(), length - len(got))
        if not part:
            raise EOFError
        got += part
    return bytes(got)


def _wait(stream, event: int, until: float) -> None:
    with selectors.DefaultSelector() as ready:
        ready.register(stream, event)
        if not ready.select(max(0.0, until - time.monotonic())):
            raise TimeoutError


@cache
def press() -> Press:
    """The press of this process, made when first asked for."""
    return Press(STYLE.read_text())


# A forked worker must not share the pipes of its parent: it forgets them and starts its own child.
os.register_at_fork(after_in_child=press.cache_clear)


def to_pdf(facts: dict) -> bytes:
    """The document that these facts make. Slow: never inside a transaction."""
    return press().print(to_html(facts, current_app.config["BASE_URL"]))
