"""The virus scanner's hook, before a real socket that speaks clamd's protocol: found, fine, silent, gone."""

import io
import socketserver
import struct
import threading

import pytest
from PIL import Image

from app.documents import scanner, uploads
from app.documents.models import Upload
from app.extensions import db
from app.people.models import DeskEvent
from app.refusals import Busy
from tests import sample

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingTCPServer):
    """Reads zINSTREAM as clamd(8) says; `mood` is what is wrong with it."""

    daemon_threads, allow_reuse_address = True, True
    mood = ""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(socketserver.StreamRequestHandler):
    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(length)
        found = b"stream: Eicar-Test-Signature FOUND" if EICAR in data else b"stream: OK"
        self.wfile.write({"": found + b"\0", "limit": b"INSTREAM size limit exceeded. ERROR\0", "silent": b""}[self.server.mood])


@pytest.fixture
def clamd(inside):
    server = Clamd()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    inside.config["CLAMD"] = f"127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def picture(more: bytes = b"") -> bytes:
    made = io.BytesIO()
    Image.effect_noise((700, 700), 90).save(made, "PNG")
    return made.getvalue() + more


def test_a_clean_file_is_kept_and_a_virus_is_refused_in_words_and_written_down(clamd):
    by = sample.actor("wf-01.clerk")
    assert uploads.store(picture(), "身份证.png", by, "draft").id
    with pytest.raises(ValueError, match="病毒"):
        uploads.store(picture(EICAR), "身份证.png", by, "draft")
    assert db.session.scalar(db.select(db.func.count()).select_from(Upload)) == 1
    event = db.session.scalars(db.select(DeskEvent).where(DeskEvent.action == "upload")).one()
    assert (event.result, event.facts["found"]) == ("virus", "Eicar-Test-Signature")


@pytest.mark.parametrize("mood", ["limit", "silent"])
def test_what_cannot_be_looked_at_is_not_kept(clamd, mood):
    clamd.mood = mood
    with pytest.raises(Busy, match="病毒检查"):
        uploads.store(picture(), "a.png", sample.actor("wf-01.clerk"), "draft")
    assert db.session.scalar(db.select(Upload.id)) is None


@pytest.mark.parametrize("where", ["127.0.0.1:1", "/nowhere/clamd.ctl", "nonsense"])
def test_a_scanner_that_is_not_there_stops_uploads_and_nothing_else(inside, where):
    inside.config["CLAMD"] = where
    with pytest.raises(Busy, match="病毒检查"):
        scanner.virus_in(b"x")
    inside.config["CLAMD"] = ""
    assert scanner.virus_in(EICAR) is None
