"""A process of our own for work that may crash, hang or eat memory: it costs the child, never the caller.

Messages in both directions stand behind their length in four bytes (children/frames.py).
"""

import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

CHILDREN = Path(__file__).with_name("children")
FAILED = b"!"  # an answer that begins so is the name of a problem, not a result


class Lost(Exception):
    """No answer: the child died, hung until the time was over, or said that it could not."""


class Child:
    """One child, one message at a time; started when first asked, replaced when it dies or hangs."""

    def __init__(self, words: tuple[str, ...], greeting: bytes | None = None):
        """`words`: what Python runs (program()); `greeting`: the first message, not answered, if there is one."""
        self._words, self._greeting = words, greeting
        self._turn = threading.Lock()
        self._child: subprocess.Popen | None = None

    def ask(self, message: bytes, until: float) -> bytes:
        """The child's answer. Raises Lost at the latest at `until` (time.monotonic), waiting for one's turn included."""
        if not self._turn.acquire(timeout=max(0.0, until - time.monotonic())):
            raise Lost("busy")
        try:
            answer = self._ask(message, until)
        except (OSError, EOFError, TimeoutError) as problem:
            self.stop()
            raise Lost(type(problem).__name__) from problem
        finally:
            self._turn.release()
        if answer.startswith(FAILED):
            raise Lost(answer[1:].decode())
        return answer

    def warm_up(self) -> None:
        """Start the child now, so that its imports are done when it is first asked; a failure shows then."""
        if self._turn.acquire(blocking=False):
            try:
                self._alive(time.monotonic() + 1)
            except (OSError, TimeoutError):
                self.stop()
            finally:
                self._turn.release()

    def stop(self) -> None:
        child, self._child = self._child, None
        if child:
            child.kill()
            child.stdin.close()
            child.stdout.close()
            child.wait()

    def _ask(self, message: bytes, until: float) -> bytes:
        self._alive(until)
        try:
            _send(self._child, message, until)
        except BrokenPipeError:  # it had done its number of messages
            self.stop()
            self._alive(until)
            _send(self._child, message, until)
        (length,) = struct.unpack(">I", _receive(self._child, 4, until))
        return _receive(self._child, length, until)

    def _alive(self, until: float) -> None:
        if self._child is None or self._child.poll() is not None:
            self.stop()
            self._child = _start(self._words)
            if self._greeting is not None:
                _send(self._child, self._greeting, until)


def program(name: str) -> tuple[str, ...]:
    """What Python runs for a module of children/: that folder comes last, so nothing in it hides a library."""
    return "-c", f"import sys; sys.path.append({str(CHILDREN)!r}); import {name}; {name}.serve()"


def _start(words: tuple[str, ...]) -> subprocess.Popen:
    # -I: neither this room's modules nor the environment can stand in for the child's own imports. Without a PATH it
    # starts no program either: looking for a library that is not there would run a compiler, half a second each time.
    child = subprocess.Popen(
        [sys.executable, "-I", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, cwd="/",
        env=os.environ | {"PATH": ""},
    )  # fmt: skip
    os.set_blocking(child.stdin.fileno(), False)
    os.set_blocking(child.stdout.fileno(), False)
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
