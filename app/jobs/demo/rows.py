"""The rows of a copy, its slots filled, its journal chained, what is personal sealed: as the drivers take them."""

import hashlib
from datetime import datetime, timedelta

from app.cases.find import name_pairs
from app.cases.journal import GENESIS, SAID, said_hash
from app.jobs.demo.copies import Copy
from app.jobs.demo.pattern import DIGEST, MOMENT, SEAL, SLOT, SQUEEZE
from app.jobs.demo.tables import COLUMNS
from app.sealing import keyring
from app.squeezing import squeezed

_AT = COLUMNS["journal_entry"].index
FACTS, DIGESTED, PREVIOUS, HASH, AT, NOTICE, TOLD = map(
    _AT, ("facts", "facts_digest", "previous", "hash", "at", "notice", "told_at")
)
BEFORE_AT = [_AT(name) for name in SAID[1 : SAID.index("at")]]
AFTER_AT = [_AT(name) for name in SAID[SAID.index("at") + 1 :]]
_EPOCH = datetime(1970, 1, 1, 8)  # naive, in +08:00
_MICROSECOND = timedelta(microseconds=1)


def rows_of_copy(copy: Copy, sealed: bool = True) -> dict[str, list[tuple]]:
    """Every row by table. Not `sealed`: texts and hashes in clear, to be held against what the verbs wrote."""
    seal = keyring().seal if sealed else None
    frame, values, later = copy.frame, copy.values, copy.later
    journal, heads = _journal(frame, values, later, seal)
    slots, place_of = frame.words.slots, frame.words.order["case"].index
    for (case_id, seq), head in heads.items():  # what follows names the hashes of the journal
        for key, value in ((("head of", case_id, seq), head[:8]), (("head", place_of(str(case_id))), head)):
            if (slot := slots.get(key)) is not None:
                values[slot] = value
    made = {
        name: [tuple(_filled(row, moving, values, later, seal)) for row, moving in rows]
        for name, rows in frame.rows.items() if name != "journal_entry"
    }  # fmt: skip
    made["journal_entry"] = journal
    made["name_pair"] = [
        (pair, values[frame.words.ids[case_id]])
        for case_id in dict.fromkeys(frame.pattern.paired)
        for pair in sorted(name_pairs(copy.person["name"]))
    ]
    return made


def _filled(row: list, moving: list, values: list, later: int, seal) -> list:
    """The row with its slots filled."""
    made = row.copy()
    for place, kind, value in moving:
        if kind == SLOT:
            made[place] = values[value]
        elif kind == MOMENT:
            made[place] = value + later
        elif kind == DIGEST:
            said = values[value]
            made[place] = bytes.fromhex(said) if seal and said is not None else said
        else:
            said = "".join([part if part.__class__ is str else values[part] for part in value])
            if seal and kind == SQUEEZE:
                said = seal(squeezed(said.encode()))
            elif seal and kind == SEAL:
                said = seal(said.encode())
            made[place] = said
    return made


def _journal(frame, values: list, later: int, seal) -> tuple[list[tuple], dict[tuple[int, int], str]]:
    """Each row chained to the one before, as journal.write() does it; and every hash by case and number."""
    made, heads, last = [], {}, {}
    for entry, (row, moving) in zip(frame.entries, frame.rows["journal_entry"], strict=True):
        new = _filled(row, moving, values, later, None)
        said = new[FACTS].encode()
        new[DIGESTED] = hashlib.sha256(said).hexdigest()
        previous = new[PREVIOUS] = last.get(entry[0], GENESIS)
        moment = (_EPOCH + new[AT] * _MICROSECOND).isoformat() + "+08:00"
        new[HASH] = heads[entry] = last[entry[0]] = said_hash(
            (previous, *[new[place] for place in BEFORE_AT], moment, *[new[place] for place in AFTER_AT])
        )
        if new[NOTICE]:
            new[TOLD] = new[AT]  # nobody is waiting for the message of a copy
        if seal:
            new[FACTS] = seal(squeezed(said))
            for place in (DIGESTED, PREVIOUS, HASH):
                new[place] = bytes.fromhex(new[place])
        made.append(tuple(new))
    return made, heads
