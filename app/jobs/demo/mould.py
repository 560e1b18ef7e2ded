"""A frame poured into a mould: every cell of its rows is a place in one list, the pool of a copy.

The pool begins with what no copy changes; a copy adds what is its own, and each row is picked out of it in one go.
"""

import hashlib
import json
from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple

from app.cases.journal import SAID
from app.jobs.demo.pattern import CONST, DIGEST, MOMENT, SEAL, SLOT, TEXT, Frame
from app.jobs.demo.tables import COLUMNS
from app.squeezing import squeezed

Text = Callable[[list], str]  # a text of a copy, from the values of its slots
PARTS = ("consts", "moments", "texts", "digests", "sealed", "chain", "values")  # of a pool, in this order
_AT = COLUMNS["journal_entry"].index
FACTS, CASE, SEQ, AT, NOTICE, TOLD = map(_AT, ("facts", "case_id", "seq", "at", "notice", "told_at"))
CHAIN = tuple(map(_AT, ("facts_digest", "previous", "hash")))  # three places a row in the chain, in this order
BEFORE_AT = [_AT(name) for name in SAID[1 : SAID.index("at")]]
AFTER_AT = [_AT(name) for name in SAID[SAID.index("at") + 1 : SAID.index("facts_digest")]]


class Entry(NamedTuple):
    """A row of the journal: its case, where its facts, its moment and its hash are, and what the chain says of it."""

    case: int  # slot
    facts: Text
    digest: str | None  # of facts that are the same in every copy
    at: int  # place among the moments
    before: Text
    between: Text
    after: Text
    short: int | None  # slot of the beginning of its hash, as a document may name it
    head: int | None  # slot of the head of its case, which is this hash if no other follows


class Mould:
    """`pick[table]`: for each row what takes it out of a pool. The other lists: what to put into the pool, part by part."""

    def __init__(self, frame: Frame):
        self.consts: list = []
        self.moments: list[int] = []
        self.texts: list[Text] = []
        self.digests: list[int] = []
        self.seals: list[Text] = []  # to be sealed as it is …
        self.squeezes: list[Text] = []  # … squeezed before …
        self.ready: list[tuple[bytes, str]] = []  # … or squeezed already: it is the same in every copy
        self.entries: list[Entry] = []
        self.written: list[str] | None = None  # the consts as text, once somebody wants them so
        self._known: dict[tuple, int] = {}
        self._words = frame.words
        cells = {name: [self._row(name, row, moving) for row, moving in rows] for name, rows in frame.rows.items()}
        sizes = (len(self.consts), len(self.moments), len(self.texts), len(self.digests), self._sealed(), 3 * len(self.entries))
        first, self._first = 0, {}
        for part, size in zip(PARTS, (*sizes, 0), strict=True):
            self._first[part], first = first, first + size
        self.pick = {name: [itemgetter(*map(self._place, row)) for row in rows] for name, rows in cells.items()}

    def _sealed(self) -> int:
        return len(self.seals) + len(self.squeezes) + len(self.ready)

    def _place(self, cell: tuple[str, int | tuple]) -> int:
        part, place = cell
        if part == "sealed":
            kind, place = place
            place += {"seals": 0, "squeezes": len(self.seals), "ready": len(self.seals) + len(self.squeezes)}[kind]
        return self._first[part] + place

    def _row(self, name: str, fixed: list, moving: list) -> list[tuple]:
        row = [None] * len(fixed)
        if name == "journal_entry":
            self._chained(row, fixed, moving)
        for place, kind, value in moving:
            row[place] = row[place] or self._open(kind, value)
        return [cell or self._const(value) for cell, value in zip(row, fixed, strict=True)]

    def _const(self, value) -> tuple[str, int]:
        key = value.__class__, value
        if key not in self._known:
            self._known[key] = len(self.consts)
            self.consts.append(value)
        return "consts", self._known[key]

    def _open(self, kind: int, value) -> tuple:
        if kind == SLOT:
            return "values", value
        if kind == MOMENT:
            return "moments", _put(self.moments, value)
        if kind == DIGEST:
            return "digests", _put(self.digests, value)
        if kind == TEXT:
            return "texts", _put(self.texts, text_of(value))
        if kind == SEAL:
            return "sealed", ("seals", _put(self.seals, text_of(value)))
        if any(part.__class__ is int for part in value):
            return "sealed", ("squeezes", _put(self.squeezes, text_of(value)))
        said = "".join(value)
        return "sealed", ("ready", _put(self.ready, (squeezed(said.encode()), said)))

    def _chained(self, row: list, fixed: list, moving: list) -> None:
        """What no row has but one of the journal: three hashes, and that its message was told at once."""
        kinds = {place: (kind, value) for place, kind, value in moving}
        facts = kinds[FACTS][1]
        row[FACTS], row[AT] = self._open(*kinds[FACTS]), self._open(*kinds[AT])
        if NOTICE in kinds or fixed[NOTICE]:
            row[TOLD] = row[AT]  # nobody is waiting for the message of a copy
        number = len(self.entries)
        for place, column in enumerate(CHAIN):
            row[column] = "chain", 3 * number + place
        same = row[FACTS][1][0] == "ready"
        slot, slots, seq = kinds[CASE][1], self._words.slots, fixed[SEQ]
        case_id, place = self._case(slot)
        self.entries.append(Entry(
            slot, text_of(facts), hashlib.sha256("".join(facts).encode()).hexdigest() if same else None, row[AT][1],
            _said(BEFORE_AT, fixed, kinds), _said(AFTER_AT, fixed, kinds), _said([NOTICE], fixed, kinds),
            slots.get(("head of", case_id, seq)), slots.get(("head", place)),
        ))  # fmt: skip

    def _case(self, slot: int) -> tuple[int, int]:
        """The id that the case of this slot had when it was told, and its place in the story."""
        place = self._words.keys[slot][2]
        return int(self._words.order["case"][place]), place


def text_of(parts: list) -> Text:
    """Parts as words.Words gives them, days put in: what stays and slots."""
    slots = [part for part in parts if part.__class__ is int]
    if not slots:
        said = "".join(parts)
        return lambda values: said
    said = "".join(["%s" if part.__class__ is int else part.replace("%", "%%") for part in parts])
    pick = itemgetter(*slots)
    return lambda values: said % pick(values)


def _said(columns: list[int], fixed: list, kinds: dict) -> Text:
    """These cells as they stand in the JSON that a hash is reckoned of (journal.said_hash)."""
    parts: list = []
    for column in columns:
        kind, value = kinds.get(column, (CONST, fixed[column]))
        if kind == SLOT:
            said = [value]
        elif kind == TEXT:
            said = ['"', *[part if part.__class__ is int else _json(part)[1:-1] for part in value], '"']
        else:
            said = [_json(value)]
        parts += [", ", *said]
    return text_of(parts[1:])


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _put(some: list, one) -> int:
    some.append(one)
    return len(some) - 1
