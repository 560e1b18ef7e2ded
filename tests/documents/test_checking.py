"""Is it ours, and as we made it? By file, by number, by code; and a stranger's file harms nothing."""

import gc
import io
import socket
import sys
import time
import zlib
from pathlib import Path

import pytest

from app.documents import actions, checklog
from app.documents.checking import check_file, check_number
from app.documents.child import CHILDREN
from app.documents.press import press
from app.documents.signing import signer
from app.extensions import db, one_transaction
from app.people.actor import Nobody
from app.people.models import DeskEvent
from tests import sample
from tests.desk import form_values, tries_until_refused
from tests.documents.conftest import run
from tests.documents.test_register import _case, _result
from tests.documents.test_signed import appended


@pytest.fixture(scope="module", autouse=True)
def stop_the_children():
    yield
    press().stop()
    signer().stop()


@pytest.fixture
def officer(inside):
    return sample.actor("civil_affairs.officer")


@pytest.fixture
def document(officer):
    return _result(_case(), officer)


@pytest.fixture
def whole(document):
    return actions.read(document)


def test_our_file_is_known_byte_for_byte(document, whole):
    found = check_file(whole)
    assert (found.state, found.number, found.signed_by) == ("valid", document.number, "一窗测试签名 TEST")
    assert found.holder == "王**" and found.from_file


def test_every_kind_of_tampering_is_called_altered(document, whole):
    at = whole.index(b"stream") + 20
    forged = {
        "one flipped byte": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        "one appended object": appended(whole),
        "one blank at the end": whole + b" ",
        "the end cut off": whole[: len(whole) * 9 // 10],
        "the signature cut off": whole[: whole.index(b"%%EOF") + 6],
    }
    for how, data in forged.items():
        found = check_file(data)
        assert (found.state, found.number, found.holder) == ("altered", document.number, ""), how


def test_a_file_says_what_became_of_the_document(document, whole, officer):
    actions.move(document, "suspend", officer, "核查")
    assert check_file(whole).state == "suspended"
    actions.move(document, "restore", officer, "属实")
    new = actions.reissue(document, officer, reason="金额有误")
    assert (check_file(whole).state, check_file(whole).replaced_by) == ("superseded", new.number)
    actions.move(new, "revoke", officer, "查实不符")
    assert check_file(actions.read(new)).state == "revoked"
    assert check_file(whole).state == "superseded"  # nothing is deleted


BOMB = zlib.compress(b"0" * 200_000_000, 9)


@pytest.mark.parametrize(
    ("what", "data"),
    [("nothing", b""), ("a text", b"hello"), ("an empty PDF", b"%PDF-1.7\n"), ("noise", b"%PDF-1.7\n" + bytes(range(256)) * 4000),
     ("a bomb", b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Names<</EmbeddedFiles<</Names[(facts.json)2 0 R]>>>>>>endobj\n"
      b"2 0 obj<</Type/Filespec/EF<</F 3 0 R>>/F(facts.json)>>endobj\n3 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
      b"\nendobj\ntrailer<</Root 1 0 R>>" % (len(BOMB), BOMB)),
     ("a stranger's page", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
      b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>")],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_what_is_not_ours_is_not_ours(inside, what, data):
    assert check_file(data).state == "unknown"


def test_looking_into_a_file_opens_neither_file_nor_connection(inside):
    """The process that parses could not, even if the parser were made to try."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    port = listener.getsockname()[1]
    wanted = f"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/URI/URI(http://127.0.0.1:{port}/)>>>>endobj\ntrailer<</Root 1 0 R>>"
    assert check_file(wanted.encode()).state == "unknown"
    with pytest.raises(TimeoutError):
        listener.accept()
    listener.close()
    code = (
        "import sys, resource; sys.path.append({0!r}); import look; look.look(b'%PDF-1.4'); look.frames.open_nothing_more()\n"
        "for what in (lambda: open('/etc/hostname'), lambda: __import__('socket').socket()):\n"
        "    try: what(); print('opened')\n"
        "    except OSError: print('refused')"
    )
    assert run(sys.executable, "-c", code.format(str(CHILDREN))).split() == ["refused", "refused"]


def test_a_number_anybody_could_guess_tells_no_name(document):
    found = check_number(document.number)
    assert (found.state, found.number, found.office) == ("valid", document.number, "都匀市民政局")
    assert not found.holder and not found.item
    assert check_number(document.number.replace("〔", "[").replace("〕", "]")) == found
    assert check_number("都匀民政告〔2026〕999号").state == "unknown"


def test_whoever_checks_waits_for_no_database_and_for_no_disk(app, desk, kept):
    """Somebody holds the write lock, then nothing can be written at all: the answer comes at once, the row when it can."""
    _data, number, code = kept
    with app.app_context(), one_transaction():
        began = time.monotonic()
        desk.get(f"/verify/{code}")
        assert time.monotonic() - began < 2.0
        db.session.rollback()
    assert events(app) == [(number, "valid", "code")]
    spool = Path(app.config["DATA_DIR"]) / checklog.SPOOL
    spool.unlink(missing_ok=True)
    spool.mkdir()  # as on a disk that takes nothing
    assert number in desk.get(f"/verify/{code}").text
    spool.rmdir()


def test_no_check_is_lost_on_its_way_to_the_events(app, inside):
    nobody = Nobody()
    checklog.note("甲", "valid", "code", nobody)
    spool, taken = (Path(app.config["DATA_DIR"]) / name for name in (checklog.SPOOL, checklog.TAKEN))
    spool.rename(taken)  # a worker died after taking the lines
    checklog.note("乙", "unknown", "file", sample.actor("wf-01.clerk"))
    with spool.open("ab") as half:
        half.write(b'{"at": "2026-11')  # a server died while writing one
    assert (checklog.bring_in(), checklog.bring_in(), checklog.bring_in()) == (1, 1, 0)
    rows = db.session.scalars(db.select(DeskEvent).filter_by(action="document_checked").order_by(DeskEvent.id)).all()
    assert [(row.subject, row.result, row.actor_name) for row in rows] == [("甲", "valid", ""), ("乙", "unknown", sample.actor("wf-01.clerk").name)]


# ── the page and the command ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kept(app):
    with app.app_context():
        document = _result(_case(), sample.actor("civil_affairs.officer"))
        kept = actions.read(document), document.number, document.verify_code
        db.session.remove()
    return kept


def upload(desk, data: bytes, expect: int = 200, name: str = "证.pdf"):
    return desk.post("/verify", {"code": "", "file": (io.BytesIO(data), name)}, expect)


def send_file(desk, data: bytes):
    """Whatever the answer is."""
    token = form_values(desk.get("/login"), "/login")["csrf_token"]
    return desk.send("/verify", {"csrf_token": token, "code": "", "file": (io.BytesIO(data), "证.pdf")}, None)


def events(app) -> list:
    with app.app_context():
        checklog.bring_in()
        rows = db.select(DeskEvent).filter_by(action="document_checked").order_by(DeskEvent.id)
        return [(row.subject, row.result, row.facts["how"]) for row in db.session.scalars(rows)]


def test_anybody_drops_a_file_and_is_told(desk, kept, app):
    data, number, code = kept
    assert "完全一致" in upload(desk, data).text
    changed = upload(desk, data + b"\n")
    assert "与出具时不一致" in changed.text and number in changed.text and "王" not in changed.text
    assert "不是本系统出具" in upload(desk, b"%PDF-1.4 nothing", 404).text
    assert "一窗测试签名 TEST" in desk.get(f"/verify/{code}").text
    assert "现在有效" in desk.post("/verify", {"code": number}, 200).text
    assert events(app) == [
        (number, "valid", "file"), (number, "altered", "file"), ("", "unknown", "file"), (number, "valid", "code"),
        (number, "valid", "number"),
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the test client leaves its body open
def test_a_file_that_is_too_big_is_refused_in_words(desk, kept):
    assert "太大" in upload(desk, b"%PDF-" + bytes(11 << 20), 422).text
    gc.collect()


def test_files_are_not_tried_by_the_hundred(desk, app):
    assert tries_until_refused(lambda: send_file(desk, b"not a PDF"), 5) >= 5


def test_the_command_says_the_same(app, kept, tmp_path):
    data, number, _code = kept
    runner = app.test_cli_runner()

    def check(content: bytes):
        path = tmp_path / "one.pdf"
        path.write_bytes(content)
        return runner.invoke(args=["document", "check", str(path)])

    good = check(data)
    assert good.exit_code == 0 and good.output.startswith("valid\t") and number in good.output
    bad = check(data[:-1])
    assert bad.exit_code == 1 and bad.output.startswith("altered\t") and number in bad.output
    assert check(b"%PDF-1.4").exit_code == 1 and check(b"%PDF-1.4").output.startswith("unknown")
    assert runner.invoke(args=["document", "check", "/nowhere"]).exit_code == 2
    with app.app_context():
        actions.move(actions.document_by_number(number), "revoke", sample.actor("civil_affairs.officer"), "查实不符")
    assert check(data).output.startswith("revoked\t")
