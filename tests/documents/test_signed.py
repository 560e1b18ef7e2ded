"""Signed as the law of signatures asks: who, when, unchanged since, and provable years later without a network."""

import asyncio
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, async_validate_pdf_signature

from app.documents import actions, signing, testing_keys
from app.documents.keys import made_here
from app.documents.kinds import KINDS
from app.documents.models import DocumentBytes
from app.documents.press import press
from app.extensions import db, one_transaction
from app.refusals import Busy
from config import Config
from tests import sample
from tests.documents.conftest import run
from tests.documents.test_register import _case, _result


@pytest.fixture(scope="module", autouse=True)
def stop_the_children():
    yield
    press().stop()
    signing.signer().stop()


@pytest.fixture
def document(inside):
    return _result(_case(), sample.actor("civil_affairs.officer"))


@pytest.fixture
def signed(document, tmp_path):
    """A signed one-pager as a file."""
    path = tmp_path / "signed.pdf"
    path.write_bytes(actions.read(document))
    return path


def test_poppler_and_pyhanko_find_the_signature_good(signed):
    told = run("pdfsig", "-nocert", signed)
    assert "Signature is Valid." in told and "Total document signed" in told and testing_keys.TEST_NAME in told
    assert "ETSI.CAdES.detached" in told
    with ThreadPoolExecutor(1) as apart:  # a browser of another test may keep an event loop in this thread
        root = (made_here() / "root.pem").read_bytes()
        status = apart.submit(lambda: asyncio.run(_validate(signed.read_bytes(), root))).result()
    assert status.bottom_line, status.pretty_print_details()


async def _validate(data: bytes, roots: bytes):
    """As years later and without a network: chain, revocation list and time-stamp all come out of the file."""
    blocks = pem.unarmor(roots, multiple=True)
    root = next(x509.Certificate.load(der) for kind, _h, der in blocks if kind == "CERTIFICATE")
    reader = PdfFileReader(io.BytesIO(data))
    context = {"trust_roots": [root], "allow_fetching": False, "revocation_mode": "require"}
    inside = DocumentSecurityStore.read_dss(reader)
    signer, clock = inside.as_validation_context(dict(context)), inside.as_validation_context(dict(context))
    return await async_validate_pdf_signature(reader.embedded_signatures[0], signer, clock)


def test_a_signed_page_is_small_sound_and_says_to_machines_what_it_says_to_people(document, signed, tmp_path):
    assert signed.stat().st_size <= 150_000
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", signed)
    run("pdfdetach", "-savefile", "facts.json", "-o", tmp_path / "facts.json", signed)
    facts = json.loads((tmp_path / "facts.json").read_text())
    assert facts["number"] == document.number and facts["document"] == "benefit_notice"
    assert sample.id_number(1) not in str(facts) and "********" in facts["id_number"]
    assert not {"given", "seal"} & set(facts)
    kept = db.session.get(DocumentBytes, (document.id, "normal"))
    assert (kept.signed_by, kept.level) == (testing_keys.TEST_NAME, "B-LT")
    assert kept.sha256 == sha256(signed.read_bytes()).hexdigest()


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.signed])
def test_each_signed_kind_is_signed(app_once, printed, tmp_path, kind):
    with app_once.app_context():
        facts = {"office": "都匀市民政局", "number": "都匀民政告〔2026〕1号", "verify_code": "7K3M-9QXT2-B8CDV"}
        made = signing.sign(printed(kind).read_bytes(), facts, time.monotonic() + 20)
    path = tmp_path / "one.pdf"
    path.write_bytes(made.pdf)
    assert made.level == "B-LT" and len(made.pdf) <= (150_000 if kind != "mediation_agreement" else 200_000)
    assert "Signature is Valid." in run("pdfsig", "-nocert", path)


def test_what_people_sign_by_hand_is_not(inside):
    with one_transaction():
        pledge = actions.issue("deferral_pledge", _case(), sample.actor("wf-01.clerk"))
    assert b"/ByteRange" not in actions.read(pledge)


def test_one_flipped_byte_and_one_appended_object_are_seen_by_poppler(signed, tmp_path):
    whole = signed.read_bytes()
    at = whole.index(b"stream") + 20
    flipped = tmp_path / "flipped.pdf"
    flipped.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert "Digest Mismatch" in run("pdfsig", "-nocert", flipped)
    longer = tmp_path / "longer.pdf"
    longer.write_bytes(appended(whole))
    assert "Not total document signed" in run("pdfsig", "-nocert", longer)


def appended(whole: bytes) -> bytes:
    """The file with one more object and a new table, as a forger's tool writes it."""
    start = int(whole[whole.rindex(b"startxref") + 9 :].split()[0])
    new = b"\n9999 0 obj<</Forged true>>endobj\n"
    table = len(whole) + len(new)
    root = PdfFileReader(io.BytesIO(whole)).trailer.raw_get("/Root").idnum
    trailer = b"trailer<</Size 10000/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (root, start, table)
    return whole + new + b"xref\n9999 1\n%010d 00000 n \n" % (len(whole) + 1) + trailer


def test_large_print_is_signed_too_and_kept_beside(document, signed, tmp_path):
    path = tmp_path / "big.pdf"
    path.write_bytes(actions.read(document, variant="big"))
    assert "Signature is Valid." in run("pdfsig", "-nocert", path)
    assert actions.read(document) == signed.read_bytes() != path.read_bytes()


def test_without_an_answer_of_the_key_nothing_is_kept_and_the_next_reading_signs(inside):
    document = _result(_case(), sample.actor("civil_affairs.officer"))
    inside.config["SIGNING_KEY_FILE"] = "/nowhere.p12"
    with pytest.raises(Busy, match="签名"):
        actions.read(document)
    assert not db.session.scalars(db.select(DocumentBytes.variant)).all()
    inside.config["SIGNING_KEY_FILE"] = ""
    assert b"/ByteRange" in actions.read(document)


def test_a_chain_without_revocation_lists_reaches_b_t_and_says_so(inside, tmp_path):
    """As with a key whose authority gave no lists: signed and time-stamped, no more is claimed."""
    testing_keys.make(tmp_path)
    inside.config["SIGNING_KEY_FILE"] = str(tmp_path / "test.p12")
    document = _result(_case(), sample.actor("civil_affairs.officer"))
    actions.read(document)
    assert db.session.get(DocumentBytes, (document.id, "normal")).level == "B-T"
    inside.config["SIGNING_CHAIN_FILE"] = str(tmp_path / "root.pem")
    again = actions.reissue(document, sample.actor("civil_affairs.officer"), reason="换证")
    actions.read(again)
    assert db.session.get(DocumentBytes, (again.id, "normal")).level == "B-LT"


@pytest.mark.parametrize(
    ("settings", "why"),
    [({}, "SIGNING_KEY_FILE 未设置"), ({"SIGNING_KEY_FILE": "/nowhere"}, "打不开"),
     ({"SIGNING_KEY_FILE": "test.p12"}, "测试证书"), ({"SIGNING_PKCS11_MODULE": "/lib/x.so"}, "SIGNING_PKCS11_KEY")],
)  # fmt: skip
def test_production_does_not_sign_with_a_test_key(tmp_path, settings, why):
    testing_keys.make(tmp_path)
    settings = {name: str(tmp_path / value) if value == "test.p12" else value for name, value in settings.items()}
    problems = Config(DESK_MODE="production", DATA_DIR=str(tmp_path), **settings).problems()
    assert any(why in problem for problem in problems), problems


def test_of_two_processes_one_makes_the_keys(inside):
    made = made_here()
    assert {path.name for path in made.iterdir()} == {"test.p12", "stamp.p12", "root.pem"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in made.iterdir())
    before = (made / "test.p12").read_bytes()
    assert made_here() == made and (made / "test.p12").read_bytes() == before
    assert not list(Path(inside.config["DATA_DIR"]).glob("signing.*"))
