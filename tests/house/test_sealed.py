"""Personal data typed in at the counter is found in clear nowhere: not in the database, its log, nor any file."""

import base64
from pathlib import Path

from app.cases.models import Case
from app.extensions import db
from app.jobs import tell
from app.sealing import Keyring
from tests import sample
from tests.story import Story

PHONE, ACCOUNT = "13987654321", "6222020000000000000"


def told_story(app, desk_of) -> list[str]:
    """A case with a draft, a question, a decision, its documents read; returns what must not be found."""
    story = Story(app, desk_of, "MZ-001", n=7)
    url, form = story.intake(phone=PHONE, f_account=ACCOUNT)
    desk = story.desk(story.clerk)
    page = desk.get(url)
    token = page.select_one("input[name=csrf_token]")["value"]
    draft = url.split("draft=")[1]
    desk.send(f"/desk/drafts/{draft}", {"csrf_token": token, "id_number": form["id_number"], "phone": PHONE}, 204)
    story._arrived(desk.post(url, form))
    parked, _form = Story(app, desk_of, "SJ-001").intake()
    token = desk.get(parked).select_one("input[name=csrf_token]")["value"]
    desk.send(f"/desk/drafts/{parked.split('draft=')[1]}", {"csrf_token": token, "id_number": form["id_number"]}, 204)
    story.accept().through_the_offices()
    story.make_result()
    for document in story.documents():
        desk.fetch(f"/documents/{document.number}.pdf")
    with app.app_context():
        tell.tell_all()
        case = db.session.scalar(db.select(Case).filter_by(case_no=story.case_no))
        return [case.id_number, PHONE, ACCOUNT, case.status_code, case.particulars["residence_address"]]


def everything_kept(app) -> bytes:
    """All bytes on the disk of the desk, and every cell of every table as text."""
    found = b"".join(path.read_bytes() for path in Path(app.config["DATA_DIR"]).rglob("*") if path.is_file())
    with app.app_context():
        for table in db.metadata.sorted_tables:
            cells = db.session.execute(db.text(f'SELECT * FROM "{table.name}"'))
            for row in cells:
                found += b"|".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    return found


def test_what_is_personal_is_in_clear_nowhere(app, desk_of, caplog):
    secrets = told_story(app, desk_of)
    kept = everything_kept(app) + caplog.text.encode()
    assert secrets[0] == sample.id_number(7)
    for secret in secrets:
        assert secret.encode() not in kept, f"{secret} stands in clear"
        assert secret.encode().hex().encode() not in kept


def test_what_is_sealed_opens_again_with_an_older_key():
    """Key rotation: a new key seals, the old one still opens."""
    first, second = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    old = Keyring(f"1:{first}", first)
    new = Keyring(f"1:{first},2:{second}", first)
    sealed = old.seal(b"529999")
    assert new.open(sealed) == b"529999"
    assert new.seal(b"529999")[0] == 2
    assert old.lookup("id", "x") == new.lookup("id", "x") != new.lookup("phone", "x")
