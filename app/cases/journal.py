"""The journal of a case: one row per action, each chained to the one before by its hash."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import insert

from app.cases.models import Case, JournalEntry
from app.extensions import db, write_rows

_FACTS = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))  # kept: json.dumps() makes a new one each time
_CHAIN = json.JSONEncoder(ensure_ascii=False)
GENESIS = "0" * 64
ERASE, ERASED = "erase_personal_data", {"erased": True}  # the step, and the facts of all rows before it afterwards
SAID = ("previous", "case_id", "seq", "action", "actor_id", "actor_name", "office_id", "desk_id", "at", "from_state",
        "to_state", "facts_digest", "notice")  # fmt: skip
_AT = SAID.index("at")
_NAMES = (*SAID, "facts", "hash")
_ROW = insert(JournalEntry.__table__)


def begin(case: Case, action: str, by, at: datetime, moved: tuple[str | None, str]) -> JournalEntry:
    """The row for step number `case.seq`, not yet in the journal: who, when, from where to where.

    `by` is the Actor; `moved` is (from, to). The caller holds the row of the case (lifecycle.advance).
    """
    return JournalEntry(
        case_id=case.id,
        seq=case.seq,
        action=action,
        actor_id=by.id,
        actor_name=by.name,
        office_id=by.office_id,
        desk_id=by.desk_id,
        at=at,
        from_state=moved[0],
        to_state=moved[1],
    )


def write(case: Case, entry: JournalEntry, facts: dict, notice: str | None = None) -> JournalEntry:
    """Append the row with its facts and make it the head of the case. The entry given back says what the row says, and
    is no object of the session: nothing can change it any more, and nobody need read it again."""
    entry.facts, entry.facts_digest, entry.notice = facts, digest(facts), notice
    entry.previous = case.head or GENESIS
    entry.hash = chain_hash(entry)
    case.head = entry.hash
    write_rows(_ROW, {name: getattr(entry, name) for name in _NAMES})
    return entry


def digest(facts: dict) -> str:
    """What the chain keeps of the facts: they can be erased by law, and the chain still holds."""
    plain = _FACTS.encode(facts)
    return hashlib.sha256(plain.encode()).hexdigest()


def chain_hash(entry: JournalEntry) -> str:
    """SHA-256 over every column that says who did what and when, and over the row before."""
    return row_hash(getattr(entry, name) for name in SAID)


def row_hash(values) -> str:
    """The same from the values of SAID as a row has them."""
    said = list(values)
    said[_AT] = said[_AT].isoformat()
    return said_hash(said)


def said_hash(said) -> str:
    """The same from the values of SAID, the moment in ISO 8601."""
    return hashlib.sha256(_CHAIN.encode(said).encode()).hexdigest()


def last_facts(case_id: int, action: str) -> dict:
    """What the newest row of this action says; {} when there is none. One row is opened, however long the journal is."""
    rows = db.select(JournalEntry.facts).filter_by(case_id=case_id, action=action).order_by(JournalEntry.seq.desc())
    return db.session.scalar(rows.limit(1)) or {}


def entries_of(case_id: int) -> list[JournalEntry]:
    rows = db.select(JournalEntry).filter_by(case_id=case_id).order_by(JournalEntry.seq)
    return list(db.session.scalars(rows))
