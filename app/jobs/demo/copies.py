"""Copies of a frame: another person, other hours, its own numbers, codes and hashes; written in bulk."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.cases.find import name_pairs
from app.cases.journal import GENESIS, SAID, said_hash
from app.cases.numbering import grouped, random_code, with_check
from app.documents.numbering import written
from app.jobs.demo.cases import Story
from app.jobs.demo.pattern import MOMENT, SEAL, SLOT, SQUEEZE, Frame
from app.jobs.demo.tables import COLUMNS
from app.jobs.demo.words import MASKS
from app.people.find import office, street
from app.sealing import keyring, lookup, squeezed

_AT = COLUMNS["journal_entry"].index
FACTS, DIGEST, PREVIOUS, HASH, AT, NOTICE, TOLD = map(_AT, ("facts", "facts_digest", "previous", "hash", "at", "notice", "told_at"))
BEFORE_AT = [_AT(name) for name in SAID[1 : SAID.index("at")]]
AFTER_AT = [_AT(name) for name in SAID[SAID.index("at") + 1 :]]
_EPOCH = datetime(1970, 1, 1, 8)  # naive, in +08:00


@dataclass
class Copy:
    """One life to be written: which frame, which person, when; `values` fill the slots."""

    frame: Frame
    minutes: int
    seconds: int
    person: dict
    day: date
    values: list = field(default_factory=list)

    @property
    def story(self) -> Story:
        told = self.frame.pattern.story
        return Story(told.seed, told.centre_id, told.item_code, self.day, self.minutes, self.seconds, self.person)

    @property
    def later(self) -> int:
        return (self.minutes * 60 + self.seconds) * 1_000_000

    def number(self, ids: dict[str, int], serial, key: str) -> None:
        """Take ids (from `ids`, the next of each table), numbers and codes. `serial(series)`: the next of a series."""
        words, values = self.frame.words, [None] * len(self.frame.words.keys)
        self.values = values
        person = {"name": self.person["name"], "id": self.person["id_number"], "phone": self.person["phone"]}
        person |= {f"masked {which}": mask(person[which]) for which, mask in MASKS.items()}
        for slot, (what, *which) in enumerate(words.keys):
            if what == "id":
                values[slot] = ids.get(which[0], 0) + which[1]
            elif what == "text":
                values[slot] = str(ids.get(which[0], 0) + which[1])
            elif what == "person":
                values[slot] = person[which[0]]
            elif what == "clock":
                values[slot] = "{:02d}:{:02d}".format(*divmod(which[0] + self.minutes, 60))
            elif what == "seconds":
                values[slot] = f"{self.seconds:02d}"
            elif what in ("id_hash", "phone_hash"):
                values[slot] = lookup(what[:-5], person[what[:-5]])
            elif what == "intake_key":
                values[slot] = f"{key}-{which[0]}"
        self._case_numbers(serial)
        self._codes("case", "status")
        self._codes("document", "verify")
        for row, open_ones in self.frame.rows["slip"]:
            day = self._moment(row, open_ones, "slip", "packed_at")
            self._set("slip_no", self._place("slip", open_ones), with_check(f"J{day:%y%m%d}{serial(f'slip/{day:%y%m%d}'):04d}"))
        for name, rows in self.frame.rows.items():
            if name in ids:
                ids[name] += len(rows)

    def numbered(self, place: int, series: str, serial: int) -> None:
        self._set("serial", place, serial)
        self._set("number", place, written(series, serial))

    def rows(self, sealed: bool = True) -> dict[str, list[tuple]]:
        """Every row of the copy, for the drivers. The journal comes first: what follows names its hashes."""
        seal = keyring().seal if sealed else None
        journal, heads = self._journal(seal)
        for (case_id, seq), head in heads.items():
            self._set("head of", case_id, seq, head[:8])
            self._set("head", self.frame.words.order["case"].index(str(case_id)), head)  # the last one stays
        made = {name: [self._row(row, open_ones, seal) for row, open_ones in rows]
                for name, rows in self.frame.rows.items() if name != "journal_entry"}  # fmt: skip
        made["journal_entry"] = journal
        ids = self.frame.words.ids
        made["name_pair"] = [(pair, self.values[ids[case_id]])
                             for case_id in dict.fromkeys(self.frame.pattern.paired)
                             for pair in sorted(name_pairs(self.person["name"]))]  # fmt: skip
        return made

    def _row(self, row: list, open_ones: list, seal) -> tuple:
        made = self._filled(row, open_ones)
        for place, kind, _value in open_ones:
            if seal and kind in (SEAL, SQUEEZE):
                said = made[place].encode()
                made[place] = seal(squeezed(said) if kind == SQUEEZE else said)
        return tuple(made)

    def _filled(self, row: list, open_ones: list) -> list:
        """The row with its slots filled; what is to be sealed, still as text."""
        values, made = self.values, row.copy()
        for place, kind, value in open_ones:
            if kind == SLOT:
                made[place] = values[value]
            elif kind == MOMENT:
                made[place] = value + self.later
            else:
                made[place] = "".join([part if part.__class__ is str else values[part] for part in value])
        return made

    def _journal(self, seal) -> tuple[list[tuple], dict[tuple[int, int], str]]:
        """Each row chained to the one before, as journal.write() does it; and every hash by case and number."""
        made, heads, last = [], {}, {}
        for entry, (row, open_ones) in zip(self.frame.entries, self.frame.rows["journal_entry"], strict=True):
            new = self._filled(row, open_ones)
            said = new[FACTS].encode()
            new[DIGEST] = hashlib.sha256(said).hexdigest()
            if seal:
                new[FACTS] = seal(squeezed(said))
            previous = new[PREVIOUS] = last.get(entry[0], GENESIS)
            chained = (previous, *[new[place] for place in BEFORE_AT], self._iso(new[AT]), *[new[place] for place in AFTER_AT])
            if new[NOTICE]:
                new[TOLD] = new[AT]  # nobody is waiting for the message of a copy
            new[HASH] = heads[entry] = last[entry[0]] = said_hash(chained)
            made.append(tuple(new))
        return made, heads

    def _iso(self, micros: int) -> str:
        return (_EPOCH + timedelta(microseconds=micros)).isoformat() + "+08:00"

    def _case_numbers(self, serial) -> None:
        for row, open_ones in self.frame.rows["case"]:
            day = self._moment(row, open_ones, "case", "received_at")
            code = street(office(row[COLUMNS["case"].index("centre_id")]).street_id).code
            body = f"{code}{day:%y%m%d}"
            number = serial(f"case/{code}/{day:%y%m%d}")
            self._set("case_no", self._place("case", open_ones), with_check(f"{body}{number:05d}"))

    def _codes(self, name: str, kind: str) -> None:
        for _row, open_ones in self.frame.rows[name]:
            place, code = self._place(name, open_ones), random_code()
            self._set(f"{kind}_code", place, code)
            self._set(f"grouped {kind}_code", place, grouped(code))
            self._set(f"{kind}_hash", place, lookup(kind, code))

    def _place(self, name: str, open_ones: list) -> int:
        return next(self.frame.words.keys[value][2] for place, kind, value in open_ones if place == 0 and kind == SLOT)

    def _moment(self, row: list, open_ones: list, name: str, column: str) -> date:
        at = COLUMNS[name].index(column)
        micros = next(value for place, _kind, value in open_ones if place == at)
        return (_EPOCH + timedelta(microseconds=micros)).date()

    def _set(self, *key_and_value) -> None:
        *key, value = key_and_value
        slot = self.frame.words.slots.get(tuple(key))
        if slot is not None:
            self.values[slot] = value


