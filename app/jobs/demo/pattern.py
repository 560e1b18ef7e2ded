"""A told story as a pattern, and the pattern on another day as a frame from which copies are struck.

The dates of a frame are not copied: the clocks are turned again by the rules (cases/clockwork.py), row by row of the
journal, with the calendar of those days.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cached_property
from types import SimpleNamespace

from app.cases import clockwork, figures, tasks
from app.cases.clocks import day_of_facts
from app.cases.clockwork import Face
from app.cases.standing import Standing
from app.cases.steps import STEPS
from app.catalog.find import spec_of
from app.jobs.demo.days import Shift, Week, day_of
from app.jobs.demo.tables import COLUMNS, TABLES, Rows, plain
from app.jobs.demo.words import Day, Words
from app.moments import CST, Moment
from app.people.actor import SYSTEM
from app.people.find import office, street
from app.sealing import Digest, SealedBytes, SealedJSON

CONST, SLOT, TEXT, SEAL, SQUEEZE, MOMENT, DIGEST = range(7)  # what a cell is: as it stands, a slot, parts, parts to be sealed …
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
OWN = {  # columns that a copy has of its own, a slot in each row
    "case": ("intake_key", "id_hash", "phone_hash", "status_hash", "head"), "document": ("serial", "verify_hash"),
}  # fmt: skip
REFERS = {"id", "case_id", "parent_id", "task_id", "material_id", "substitute_of", "slip_id", "document_id", "supersedes_id",
          "inside_id"}  # fmt: skip
NEVER = 9999
NOTHING_DUE = ({}, NEVER)
CHAINED = ("facts_digest", "previous", "hash")  # reckoned for each copy


class Unfit(Exception):
    """This story cannot begin on that day: two of its limits end together and would not there."""


class Pattern:
    """One story as it stood after one of its steps. `rows`: what stays as it is, and (column, kind, value) of the rest."""

    def __init__(self, story, step: int, rows: Rows, words: Words, week: Week):
        self.story, self.step, self.words, self.week = story, step, words, week
        self.cases = {int(key): _named("case", rows["case"][key]) for key in words.order["case"]  if key in rows["case"]}
        self.entries = {case_id: [] for case_id in self.cases}
        for key in words.order["journal_entry"]:
            if key in rows["journal_entry"]:
                entry = _named("journal_entry", rows["journal_entry"][key])
                self.entries[entry["case_id"]].append(entry)
        heads = {entry["hash"][:8]: ("head of", entry["case_id"], entry["seq"]) for told in self.entries.values() for entry in told}
        self.rows = {
            name: [_split(_cell(words, name, place, column, value, heads if name == "document" else None)
                          for column, value in zip(TABLES[name].columns, rows[name][key], strict=True))
                   for place, key in enumerate(words.order[name]) if key in rows[name] and name != "name_pair"]
            for name in TABLES
        }  # fmt: skip
        self.paired = [int(key.split()[-1]) for key in rows["name_pair"]]
        self.dues = {case_id: self.turned(case_id)[1] for case_id in self.cases}
        self.open = any(case["ended_at"] is None for case in self.cases.values()) or bool(rows["rectification"])

    def frame(self, day: date) -> "Frame":
        return Frame(self, Shift(self.week, self.story.day, day))

    def as_told(self) -> "Frame":
        """On its own day, every limit as the verbs wrote it."""
        return Frame(self, Shift(self.week, self.story.day, self.story.day), told=True)

    def turned(self, case_id: int, shift: Shift | None = None) -> tuple[Face, dict[int, list[tuple[date, bool]]]]:
        """The clocks of a case as told, or on the days of a frame; and when each was due after each journal row, and
        whether that was tentative."""
        face, dues = Face(), {}
        spec = spec_of(self.cases[case_id]["item_version_id"])
        for entry in self.entries[case_id]:
            if moves := STEPS[entry["action"]].clocks:
                text, day = entry["facts"], day_of(entry["at"])
                if shift:
                    text, day = _ISO.sub(lambda said: shift(date.fromisoformat(said[0])).isoformat(), text), shift(day)
                facts = json.loads(text)
                clockwork.turn(face, moves, day_of_facts(facts, day), facts, entry["seq"], spec, self.week.calendar)
            dues[entry["seq"]] = [(run.due_on, run.tentative) for run in face.runs]
        return face, dues


class Frame:
    """A pattern on one day: what is left to fill in are ids, numbers, codes, the person, hours and hashes."""

    def __init__(self, pattern: Pattern, shift: Shift, told: bool = False):
        self.pattern, self._shift = pattern, shift
        self.words = pattern.words
        turned = {case_id: pattern.turned(case_id, shift) for case_id in pattern.cases}
        self._faces = {case_id: face for case_id, (face, _dues) in turned.items()}
        self._dues = {
            (case_id, seq): _pairs(pattern.dues[case_id][seq], new)
            for case_id, (_face, dues) in turned.items() for seq, new in dues.items()
        }  # fmt: skip
        self._slots = {slot: case_id for case_id, slot in self.words.ids.items() if case_id in pattern.cases}
        self.rows = {name: [self._row(name, *row) for row in rows] for name, rows in pattern.rows.items()}
        at = {name: COLUMNS["journal_entry"].index(name) for name in ("case_id", "seq")}
        self.entries = [(self._slots[_open(moving, at["case_id"])], row[at["seq"]]) for row, moving in self.rows["journal_entry"]]
        self.counted: list[tuple[str, str, str]] = []  # street, centre, word: what it adds to the supervisor's figures
        if not told:
            self._limits()
        self.series = self._series()
        self.mould = None  # made by whoever strikes the first copy (rows.py)
        self.counts = {name: len(rows) for name, rows in self.rows.items()}

    def _row(self, name: str, fixed: list, moving: list) -> tuple[list, list]:
        """The row with everything that no copy changes, and of the rest (column, kind, value)."""
        row, open_ones = fixed.copy(), []
        dues = self._dues_for(fixed, moving) if name == "document" else NOTHING_DUE
        for place, kind, value in moving:
            if kind == CONST:
                row[place] = self._shift(value.day).isoformat()
                continue
            if kind == MOMENT:
                value = self._shift.moment(value)
            elif kind not in (SLOT, DIGEST):
                value = self._joined(value, dues)
            open_ones.append((place, kind, value))
        return row, open_ones

    def _dues_for(self, fixed: list, moving: list) -> tuple[dict[date, date], int]:
        slot = _open(moving, COLUMNS["document"].index("case_id"))
        return self._dues.get((self._slots.get(slot), fixed[COLUMNS["document"].index("seq")]), NOTHING_DUE)

    def _joined(self, parts: list, dues: tuple[dict[date, date], int]) -> list:
        joined: list = []
        for part in parts:
            if isinstance(part, Day):
                part = self._shift.text(part, *dues)
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        return joined

    def _limits(self) -> None:
        """The dates that follow from the clocks: on the clocks, on the case, and each office's share."""
        for case_id, face in self._faces.items():
            case, slot = self.pattern.cases[case_id], self.words.ids[case_id]
            for run, (row, _open) in zip(face.runs, self._of("clock_run", slot), strict=True):
                for column in ("started_on", "stopped_on", "due_on", "tentative", "calendar"):
                    row[COLUMNS["clock_run"].index(column)] = plain(getattr(run, column))
            shown = clockwork.shown(face, case["state"])
            known = {"due_on": shown and shown.due_on, "due_tentative": bool(shown and shown.tentative)}
            known |= dict(zip(("yellow_on", "legal_on", "counted"), self._said(case, face, slot), strict=True))
            for row, _open in self._of("case", slot, "id"):
                for column, value in known.items():
                    row[COLUMNS["case"].index(column)] = plain(value)
            self.counted += [(case["street_id"], case["centre_id"], word) for word in known["counted"].split()]
            promise = next((run for run in face.runs if run.kind == "promise"), None)
            spec = spec_of(case["item_version_id"])
            for row, _open in self._of("task", slot):
                until = tasks.share_ends(spec, row[COLUMNS["task"].index("stage")], promise.started_on, self.pattern.week.calendar)
                row[COLUMNS["task"].index("due_on")] = plain(until)

    def _said(self, case: dict, face: Face, slot: int) -> tuple:
        """What the case says of itself to the figures (cases/figures.py)."""
        standing = Standing(SimpleNamespace(**case), SYSTEM)
        standing.face, standing.tasks = face, []
        for row, moving in self._of("task", slot):
            opened = _open(moving, COLUMNS["task"].index("opened_at"))
            at = opened and datetime.combine(day_of(opened), time(), CST)
            standing.tasks.append(SimpleNamespace(state=row[COLUMNS["task"].index("state")], opened_at=at))
        return figures.said(standing)

    def _series(self) -> list[tuple[int, int, str]]:
        """For each document: when it is issued, its place in the story, the series of its number."""
        found = []
        for row, open_ones in self.rows["document"]:
            at = {COLUMNS["document"][place]: value for place, _kind, value in open_ones}
            code, character, _year = row[COLUMNS["document"].index("series")].split("/")
            series = f"{code}/{character}/{day_of(at['issued_at']).year}"
            row[COLUMNS["document"].index("series")] = series
            found.append((at["issued_at"], self.words.keys[at["serial"]][1], series))
        return found

    @cached_property
    def lodged(self) -> list[tuple[int, str, str]]:
        """For each case: its place in the story, how its number begins, the series of that."""
        found = []
        for place, row, day in self._begun("case", "received_at"):
            code = street(office(row[COLUMNS["case"].index("centre_id")]).street_id).code
            found.append((place, f"{code}{day:%y%m%d}", f"case/{code}/{day:%y%m%d}"))
        return found

    @cached_property
    def packed(self) -> list[tuple[int, str, str]]:
        """For each slip the same."""
        return [(place, f"J{day:%y%m%d}", f"slip/{day:%y%m%d}") for place, _row, day in self._begun("slip", "packed_at")]

    @cached_property
    def serials(self) -> Counter:
        """How many numbers of each series a copy takes."""
        taken = [series for _place, _head, series in (*self.lodged, *self.packed)]
        return Counter(taken + [f"document/{series}" for _at, _place, series in self.series])

    @cached_property
    def codes(self) -> list[tuple]:
        """For each code that only its holder knows: what it opens, and the slots of code, printed code and keyed hash."""
        slot = self.words.slots.get
        return [
            (kind, slot((f"{kind}_code", place)), slot((f"grouped {kind}_code", place)), slot((f"{kind}_hash", place)))
            for name, kind in (("case", "status"), ("document", "verify"))
            for place, _row, _moving in self._places(name)
        ]

    def _begun(self, name: str, column: str) -> Iterator[tuple[int, list, date]]:
        at = COLUMNS[name].index(column)
        for place, row, moving in self._places(name):
            yield place, row, day_of(_open(moving, at))

    def _places(self, name: str) -> Iterator[tuple[int, list, list]]:
        for row, moving in self.rows[name]:
            yield self.words.keys[_open(moving, 0)][2], row, moving

    def _of(self, name: str, slot: int, column: str = "case_id") -> list:
        place = COLUMNS[name].index(column)
        return [row for row in self.rows[name] if any(at == place and value == slot for at, _kind, value in row[1])]


def _cell(words: Words, name: str, place: int, column, value, heads) -> tuple[int, object]:
    if value is None:
        return CONST, None
    if column.name in OWN.get(name, ()):
        return (DIGEST if isinstance(column.type, Digest) else SLOT), words.slot(column.name, place)
    if isinstance(column.type, Moment):
        return MOMENT, value
    if column.name in REFERS and value in words.ids:
        return SLOT, words.ids[value]
    if isinstance(column.type, SealedBytes):
        return (SQUEEZE if isinstance(column.type, SealedJSON) else SEAL), words.parts(value, heads)
    if not isinstance(value, str) or column.name in (*CHAINED, "counted"):
        return CONST, value
    parts = words.parts(value)
    if len(parts) == 1 and isinstance(parts[0], Day):
        return CONST, parts[0]
    return (TEXT, parts) if any(not isinstance(part, str) for part in parts) else (CONST, value)


def _pairs(told: list[tuple[date, bool]], new: list[tuple[date, bool]]) -> tuple[dict[date, date], int]:
    """Told due date → new due date; and the first year whose days off were not published, as far as these clocks know."""
    found: dict[date, date] = {}
    for (before, _), (after, _) in zip(told, new, strict=True):
        if found.setdefault(before, after) != after:
            raise Unfit
    return found, min((due.year for due, tentative in new if tentative), default=NEVER)


def _split(cells) -> tuple[list, list]:
    fixed, moving = [], []
    for place, (kind, value) in enumerate(cells):
        stays = kind == CONST and not isinstance(value, Day)
        fixed.append(value if stays else None)
        if not stays:
            moving.append((place, kind, value))
    return fixed, moving


def _open(moving: list, at: int):
    """What a row that is not filled in yet has in this column."""
    return next((value for place, _kind, value in moving if place == at), None)


def _named(name: str, values: list) -> dict:
    return dict(zip(COLUMNS[name], values, strict=True))
