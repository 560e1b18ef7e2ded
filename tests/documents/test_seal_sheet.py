"""The seal of a day on paper: signed, read by eye and by scanner, and it notices what the database alone cannot."""

import json
import shutil
from datetime import date, datetime

import pytest
from sqlalchemy import text

from app import moments
from app.cases import proof, seals
from app.cases.models import Seal
from app.documents import keys, seal_sheet, signing
from app.documents.press import press
from app.extensions import db, one_transaction
from app.jobs import nightly
from app.people.settings import SEALED_UNTIL, keep
from app.refusals import Incomplete
from tests import backoffice
from tests.documents.conftest import run
from tests.documents.test_signed import appended

DAY = date(2026, 11, 20)
HASH = "69e65400461cb47609a131a57ab9b0429d4049a5b6124f499c1eeeeb0bd40ca5"


@pytest.fixture(scope="module", autouse=True)
def stop_the_children():
    yield
    press().stop()
    signing.signer().stop()


@pytest.fixture
def sealed(inside):
    """Two cases of one day, sealed the night after."""
    with moments.at(datetime(2026, 11, 20, 10)):
        backoffice.taken_up("CG-002", 1)
        backoffice.taken_up("CG-002", 2)
    with moments.at(datetime(2026, 11, 21, 2)):
        nightly.run()
    return db.session.get(Seal, DAY).digest


def test_the_sheet_is_signed_and_says_its_hash_to_eyes_and_to_scanners(sealed, inside, tmp_path):
    sheet = tmp_path / "seal.pdf"
    said = inside.test_cli_runner().invoke(args=["audit", "seal", "--date", "2026-11-20", "--out", str(sheet)])
    assert said.exit_code == 0 and sealed in said.output
    words = run("pdftotext", "-layout", sheet, "-").split()
    groups = [sealed[at:at + 4] for at in range(0, 64, 4)]
    assert [word for word in words if word in groups] == groups
    assert "都匀市政务服务“一窗”" in words and "有变动的 2 件，其中新收 2 件" in " ".join(words)
    assert "Signature is Valid." in run("pdfsig", "-nocert", sheet)
    run("pdftoppm", "-r", "150", "-png", sheet, tmp_path / "page")
    pages = list(tmp_path.glob("page*.png"))
    assert len(pages) == 1 and run("zbarimg", "-q", "--raw", pages[0]).splitlines()[0] == f"2026-11-20 {sealed}"
    run("pdfdetach", "-savefile", "facts.json", "-o", tmp_path / "facts.json", sheet)
    facts = json.loads((tmp_path / "facts.json").read_text())
    assert (facts["cases_of_day"], facts["new_cases_of_day"], facts["digest"]) == (2, 2, sealed)

    def verify(against):
        return inside.test_cli_runner().invoke(args=["audit", "verify", "--against", str(against)])

    assert verify(sheet).exit_code == 0 and "签名完好" in verify(sheet).output
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(appended(sheet.read_bytes()))
    assert verify(changed).exit_code == 1 and "签名以后文件被改动" in verify(changed).output
    (tmp_path / "other").write_bytes(b"%PDF-1.7 nothing")
    assert verify(tmp_path / "other").exit_code == 1
    shutil.rmtree(keys.made_here())  # from now on another root and another key are ours
    assert "不是本系统的" in verify(sheet).output


@pytest.mark.parametrize("like", ["{}", "2026-11-20 {}", "2026-11-20：{fours}", "{fours}", "{upper}"])
def test_a_hash_is_typed_as_people_and_scanners_type_it(like):
    words = like.format(HASH, fours=" ".join(seal_sheet.in_fours(HASH)), upper=HASH.upper())
    assert seal_sheet.typed(words) == seal_sheet.Paper(HASH, DAY if "2026" in like else None)


@pytest.mark.parametrize("words", ["", "2026-11-20", "ab" * 31, "xy" * 32, "2026-13-40 " + "ab" * 32])
def test_what_is_no_hash_is_refused_in_words(words):
    with pytest.raises(Incomplete):
        seal_sheet.typed(words)


def test_paper_notices_a_cut_tail_whose_seals_were_made_anew_with_our_own_key(sealed, inside):
    """All that `audit verify` looks at was put right again: by itself the database says nothing."""
    db.session.rollback()
    with one_transaction():
        for table in ("journal_entry", "desk_event", "seal"):
            if db.engine.dialect.name == "postgresql":
                db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for kind in ("kept", "unchanged"):
                    db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_{kind}"))
        last = db.session.execute(text("SELECT id, case_id, previous FROM journal_entry ORDER BY id DESC LIMIT 1")).one()
        state = db.session.execute(text("SELECT from_state FROM journal_entry WHERE id = :id"), {"id": last.id}).scalar()
        db.session.execute(text("DELETE FROM journal_entry WHERE id = :id"), {"id": last.id})
        db.session.execute(text('UPDATE "case" SET seq = seq - 1, head = :head, state = :state WHERE id = :id'),
                           {"head": last.previous, "state": state, "id": last.case_id})  # fmt: skip
        db.session.execute(text("DELETE FROM seal"))
        keep(SEALED_UNTIL, "2026-11-20")
        db.session.expire_all()
        assert seals.seal(DAY)
    assert not [*proof.broken_entries(), *seals.broken()]
    assert "重新封过" in seal_sheet.differs(seal_sheet.Paper(sealed, DAY))
    assert "重新封过" in seal_sheet.differs(seal_sheet.Paper(sealed))


def test_the_auditor_prints_a_day_and_holds_the_paper_against_the_journal(sealed, inside, desk):
    desk.sign_in("service_admin.auditor")
    page = desk.get("/admin/seals")
    address = page.select_one("td .button")["href"] if page.select_one("td .button") else page.select_one("a[href$='.pdf']")["href"]
    answer = desk.fetch(address)
    assert answer.data.startswith(b"%PDF-") and answer.headers["Cache-Control"] == "no-store"
    assert "与纸上相符" in desk.get(f"/admin/seals?against={sealed}").text
    wrong = ("0" if sealed[0] != "0" else "1") + sealed[1:]
    assert "重新封过" in desk.get(f"/admin/seals?against={wrong}").text
    assert "64 位" in desk.get("/admin/seals?against=abc").text
    desk.fetch("/admin/seals/2026-11-19.pdf", expect=404)
    desk.fetch("/admin/seals/xx.pdf", expect=404)
