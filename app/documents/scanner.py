"""Hook for clamd: what is uploaded is looked at before it is kept. INSTREAM over a socket (clamd(8)); off unless CLAMD is set."""

import socket
import struct

from flask import current_app

from app.refusals import Busy

PATIENCE = 10.0  # seconds for all of it: a person waits
PIECE = 1 << 18


def virus_in(data: bytes) -> str | None:
    """The name of what clamd finds, None when it finds nothing or none is configured. Busy when it cannot say."""
    where = current_app.config["CLAMD"]
    if not where:
        return None
    try:
        said = _ask(where, data)
    except (OSError, ValueError) as problem:
        raise _cannot_say() from problem
    verdict = said.removeprefix("stream: ")
    if verdict == "OK":
        return None
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise _cannot_say()  # a limit of clamd's own, or an answer that we do not know: never "fine"


def _ask(where: str, data: bytes) -> str:
    """`where`: the path of a socket, or host:port."""
    if where.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE)
    else:
        host, _, port = where.rpartition(":")
        line = socket.create_connection((host, int(port)), PATIENCE)
    with line:
        if where.startswith("/"):
            line.connect(where)
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(data), PIECE):
            piece = data[at : at + PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        said = b""
        while not said.endswith(b"\0") and (more := line.recv(4096)):
            said += more
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def _cannot_say() -> Busy:
    return Busy("病毒检查暂时不可用，文件没有保存，请稍后再试；一直这样请联系系统管理员。")
