"""Copies of a frame: another person, other hours, its own numbers and codes. Their rows: rows.py."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.cases.numbering import grouped, random_code, with_check
from app.documents.numbering import written
from app.jobs.demo.cases import Story
from app.jobs.demo.pattern import Frame
from app.jobs.demo.words import MASKS
from app.sealing import keyring

CLOCKS = [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in range(24 * 60)]


@dataclass(slots=True)
class Copy:
    """One life to be written: which frame, which person, when; `values` fill the slots."""

    frame: Frame
    minutes: int
    seconds: int
    person: dict
    day: date
    values: list = field(default_factory=list)
    sampled: bool = False  # it will be told again, so its values are wanted

    @property
    def story(self) -> Story:
        told = self.frame.pattern.story
        return Story(told.seed, told.centre_id, told.item_code, self.day, self.minutes, self.seconds, self.person)

    @property
    def later(self) -> int:
        return (self.minutes * 60 + self.seconds) * 1_000_000

    def number(self, ids: dict[str, int], serial: Callable[[str], int], key: str) -> None:
        """Take ids (from `ids`, the next of each table), numbers and codes. `serial(series)`: the next of a series."""
        frame, lookup = self.frame, keyring().lookup
        ours = frame.words.by_kind()
        self.values = values = [None] * len(frame.words.keys)
        for slot, table, place in ours["id"]:
            values[slot] = ids.get(table, 0) + place
        for slot, table, place in ours["text"]:
            values[slot] = str(ids.get(table, 0) + place)
        person = {"name": self.person["name"], "id": self.person["id_number"], "phone": self.person["phone"]}
        for slot, which in ours["person"]:
            masked, _space, plain = which.rpartition(" ")
            values[slot] = MASKS[plain](person[plain]) if masked else person[plain]
        for slot, minutes in ours["clock"]:
            values[slot] = CLOCKS[minutes + self.minutes]
        for (slot,) in ours["seconds"]:
            values[slot] = f"{self.seconds:02d}"
        for kind in ("id", "phone"):
            for slot, _place in ours[f"{kind}_hash"]:
                values[slot] = lookup(kind, person[kind]) if person[kind] else None
        for slot, place in ours["intake_key"]:
            values[slot] = f"{key}-{place}"
        for place, head, series in frame.lodged:
            self._set("case_no", place, with_check(f"{head}{serial(series):05d}"))
        for place, head, series in frame.packed:
            self._set("slip_no", place, with_check(f"{head}{serial(series):04d}"))
        for kind, code_slot, grouped_slot, hash_slot in frame.codes:
            code = random_code()
            for slot, value in ((code_slot, code), (grouped_slot, grouped(code)), (hash_slot, lookup(kind, code))):
                if slot is not None:
                    values[slot] = value
        for name in ids:
            ids[name] += frame.counts[name]

    def numbered(self, place: int, series: str, serial: int) -> None:
        self._set("serial", place, serial)
        self._set("number", place, written(series, serial))

    def _set(self, *key_and_value) -> None:
        *key, value = key_and_value
        slot = self.frame.words.slots.get(tuple(key))
        if slot is not None:
            self.values[slot] = value


class Start(NamedTuple):
    """From where some copies are numbered: the first id of each table, the last number of each series, their keys."""

    ids: dict[str, int]
    serials: dict[str, int]
    key: str
    given: int  # keys before


def number(copies: list[Copy], start: Start) -> None:
    """In the order in which things were issued."""
    ids, serials = dict(start.ids), dict(start.serials)

    def serial(series: str) -> int:
        serials[series] += 1
        return serials[series]

    for place, copy in enumerate(copies, start=start.given + 1):
        copy.number(ids, serial, f"{start.key}-{place}")
    issued = [
        (at + copy.later, place, series, which) for which, copy in enumerate(copies) for at, place, series in copy.frame.series
    ]
    for _at, place, series, which in sorted(issued):
        copies[which].numbered(place, series, serial(f"document/{series}"))
