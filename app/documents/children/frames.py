"""How the children of this room talk: each message behind its length in four bytes. And how little they may do."""

import gc
import logging
import os
import resource
import signal
import struct
import sys
import warnings


def read(stream) -> bytes | None:
    """The next message, or None at the end."""
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else None


def write(stream, message: bytes) -> None:
    stream.write(struct.pack(">I", len(message)) + message)
    stream.flush()


def serve(answer, memory: int, seconds: int = 0) -> None:
    """Answer each message until the input ends; "!" and the name of a problem when `answer` raises.

    `memory` in bytes; `seconds` of CPU, 0 for no limit. Nothing may be written to a file, nothing is logged: a
    message may quote a document.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server; our input ends when it ends
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    gc.freeze()  # what was loaded stays, and need not be looked through with every message
    gc.set_threshold(50_000)
    source, out = sys.stdin.buffer, sys.stdout.buffer
    while (message := read(source)) is not None:
        try:
            told = answer(message)
        except Exception as problem:
            told = b"!" + type(problem).__name__.encode()
        write(out, told)


def open_nothing_more() -> None:
    """From now on neither a file nor a connection."""
    highest = max(int(name) for name in os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest, highest))
