"""Is this file ours, and is it still as we made it? A stranger's PDF is never opened in this process."""

import json
import time
from hashlib import sha256

from app.cases.numbering import normalise_code
from app.documents.child import Child, Lost, program
from app.documents.models import Document, DocumentBytes
from app.documents.verify import UNKNOWN, Checked, describe
from app.extensions import db
from app.sealing import lookup

MOST_BYTES = 10 * 1024 * 1024
PATIENCE = 8.0  # seconds for looking into a file, the start of the process included
NUMBER_LENGTH = 60


def check_file(data: bytes) -> Checked:
    """The state of the document in these bytes; `altered` when they name one of ours and are not what we made."""
    kept = db.session.execute(
        db.select(Document, DocumentBytes.signed_by, DocumentBytes.level)
        .join(DocumentBytes, DocumentBytes.document_id == Document.id)
        .where(DocumentBytes.sha256 == sha256(data).hexdigest())
    ).first()
    if kept:
        return describe(kept[0])._replace(signed_by=kept.signed_by, level=kept.level, from_file=True)
    found = _named_in(data)
    if found is None:
        return UNKNOWN._replace(from_file=True)
    return bare(found)._replace(state="altered", from_file=True)


def check_number(typed: str) -> Checked:
    """By its number, which anybody may guess: the state and the kind, nothing of the person or the matter."""
    found = _by_number("".join(typed.split())[:NUMBER_LENGTH])
    return bare(found) if found and found.state != "draft" else UNKNOWN


def bare(document: Document) -> Checked:
    return describe(document)._replace(item="", holder="")


def _named_in(data: bytes) -> Document | None:
    if not data.startswith(b"%PDF-"):
        return None
    child = Child(program("look"))
    try:
        told = json.loads(child.ask(data, time.monotonic() + PATIENCE))
    except (Lost, ValueError):
        return None
    finally:
        child.stop()
    codes = filter(None, map(normalise_code, told["codes"]))
    by_code = (db.session.scalar(db.select(Document).filter_by(verify_hash=lookup("verify", one))) for one in codes)
    return next(filter(None, by_code), None) or next(filter(None, map(_by_number, told["numbers"])), None)


def _by_number(number: str) -> Document | None:
    number = number.replace("[", "〔").replace("]", "〕").replace("(", "〔").replace(")", "〕")
    number = number.replace("（", "〔").replace("）", "〕").replace("【", "〔").replace("】", "〕")
    return db.session.scalar(db.select(Document).filter_by(number=number))
