"""A form that nobody finished is erased after a month, with its scans; nothing else is."""

import io
from datetime import timedelta
from pathlib import Path

from PIL import Image

from app import moments
from app.documents import uploads
from app.documents.models import Upload
from app.extensions import db
from app.jobs import nightly
from app.receive import drafts
from app.receive.models import Draft
from tests import sample


def picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(made, "PNG")
    return made.getvalue()


def test_forms_and_scans_that_nobody_came_back_to_are_erased(inside, monkeypatch):
    by = sample.actor("wf-01.clerk")
    old = drafts.open_draft(by, "CG-002").id
    uploads.store(picture("red"), "a.png", by, old)
    uploads.store(picture("white"), "b.png", by, old)
    with moments.at(moments.now() + timedelta(days=20)):
        young = drafts.open_draft(by, "CG-002").id
        uploads.store(picture("white"), "c.png", by, young)  # the same bytes as b.png
    monkeypatch.setattr(uploads, "JUST_NOW", -1)
    with moments.at(moments.now() + timedelta(days=31)):
        assert nightly.run()["forget"] == 1
        assert nightly.run()["forget"] == 0
    assert list(db.session.scalars(db.select(Draft.id))) == [young]
    assert [row.draft_id for row in db.session.scalars(db.select(Upload))] == [young]
    kept = [path for path in (Path(inside.config["DATA_DIR"]) / "uploads").rglob("*") if path.is_file()]
    assert len(kept) == 1 and uploads.read(db.session.scalar(db.select(Upload))) == picture("white")


def test_a_form_thrown_away_takes_its_scans_along(inside, monkeypatch):
    by = sample.actor("wf-01.clerk")
    draft = drafts.open_draft(by, "CG-002").id
    uploads.store(picture("red"), "a.png", by, draft)
    monkeypatch.setattr(uploads, "JUST_NOW", -1)
    drafts.discard(draft, by)
    assert not db.session.scalar(db.select(Upload.id))
    assert not [path for path in (Path(inside.config["DATA_DIR"]) / "uploads").rglob("*") if path.is_file()]
