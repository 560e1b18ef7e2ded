"""What of a told story is its own: ids, numbers, codes, the person, the days. Everything else is the same in each copy.

`Words` finds these in any text of the story and gives each a place (`slot`). A text becomes a list of parts: what
stays as it is, slots to be filled, and days (`Day`) to be moved.
"""

import re
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from app.cases.numbering import grouped
from app.jobs.demo.tables import COLUMNS, TABLES, Rows
from app.web.masking import mask_id, mask_name, mask_phone

_DAYS = (
    r"(?P<iso>\d{4}-\d\d-\d\d)(?:T(?P<iso_clock>\d\d:\d\d):00\+08:00)?"
    r"|(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?P<week>（周[一二三四五六日](?:，暂定)?）)?(?: (?P<clock>\d\d:\d\d))?"
)


MASKS = {"name": mask_name, "id": mask_id, "phone": mask_phone}


class Day(NamedTuple):
    """A day in a text. `form`: iso | chinese | due (Chinese with its weekday)."""

    day: date
    form: str


class Words:
    """The slots of one story, from its last rows. `keys[slot]` says what goes there:

    ("id", table, n) as a number, ("text", table, n) the same in a text; ("person", which); (which, n) of the n-th case,
    document or slip; ("clock", minutes of the day at which it was told); ("seconds",).
    """

    def __init__(self, rows: Rows):
        self.keys: list[tuple] = []
        self.ids: dict[int, int] = {}
        self.order: dict[str, list[str]] = {name: _by_number(rows[name]) for name in TABLES}
        self.slots: dict[tuple, int] = {}
        self._kinds: dict[str, list[tuple]] = {}
        self._counted = -1
        self._tokens: dict[str, tuple] = {}
        self._known: dict[str, list] = {}  # parts of a text: most stand in the story after each of its steps
        for name in TABLES:
            if "id" in COLUMNS[name]:
                for place, key in enumerate(self.order[name]):
                    self.ids[int(key)] = self.slot("id", name, place)
                    self._tokens[key] = ("text", name, place)
        self._person(rows)
        self._numbers(rows)
        longest_first = sorted(self._tokens, key=len, reverse=True)
        plain = "|".join(rf"(?<!\d){re.escape(one)}(?!\d)" if one.isdigit() else re.escape(one) for one in longest_first)
        self._pattern = re.compile(f"(?P<token>{plain})|{_DAYS}")

    def slot(self, *key) -> int:
        if key not in self.slots:
            self.slots[key] = len(self.keys)
            self.keys.append(key)
        return self.slots[key]

    def by_kind(self) -> dict[str, list[tuple]]:
        """(slot, rest of its key) of each slot, by what goes there; put in order again when slots were added."""
        if self._counted != len(self.keys):
            self._kinds, self._counted = defaultdict(list), len(self.keys)
            for slot, (what, *which) in enumerate(self.keys):
                self._kinds[what].append((slot, *which))
        return self._kinds

    def parts(self, text: str, heads: dict[str, tuple] | None = None) -> list:
        """The text as str, int (a slot) and Day; `heads`: short hashes that this text may name, with their keys."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._looked_through(text)
        for head, key in (heads or {}).items():
            found = [piece for part in found for piece in _cut(part, head, self.slot(*key))]
        return [part for part in found if part != ""]

    def _looked_through(self, text: str) -> list:
        found, at = [], 0
        for match in self._pattern.finditer(text):
            found.append(text[at : match.start()])
            found += self._part(match)
            at = match.end()
        return [*found, text[at:]]

    def _part(self, match: re.Match) -> list:
        if token := match["token"]:
            return [self.slot(*self._tokens[token])]
        if match["iso"]:
            day = Day(date.fromisoformat(match["iso"]), "iso")
            return [day, "T", self._clock(match["iso_clock"]), ":", self.slot("seconds"), "+08:00"] if match["iso_clock"] else [day]
        day = Day(date(int(match["year"]), int(match["month"]), int(match["day"])), "due" if match["week"] else "chinese")
        return [day, " ", self._clock(match["clock"])] if match["clock"] else [day]

    def _clock(self, said: str) -> int:
        return self.slot("clock", int(said[:2]) * 60 + int(said[3:]))

    def _person(self, rows: Rows) -> None:
        first = dict(zip(COLUMNS["case"], rows["case"][self.order["case"][0]], strict=True))
        self.person = {"name": first["applicant_name"], "id_number": first["id_number"], "phone": first["phone"]}
        for which, value in zip(MASKS, self.person.values(), strict=True):
            if value:
                self._tokens |= {MASKS[which](value): ("person", f"masked {which}"), value: ("person", which)}

    def _numbers(self, rows: Rows) -> None:
        for name, columns in (("case", ("case_no", "status_code")), ("document", ("number", "verify_code")), ("slip", ("slip_no",))):
            for place, key in enumerate(self.order[name]):
                row = dict(zip(COLUMNS[name], rows[name][key], strict=True))
                for column in columns:
                    self._tokens[row[column]] = (column, place)
                    if column.endswith("code"):
                        self._tokens[grouped(row[column])] = (f"grouped {column}", place)


def _by_number(rows: dict[str, list]) -> list[str]:
    return sorted(rows, key=lambda key: [int(part) if part.isdigit() else part for part in key.split()])


def _cut(part, head: str, slot: int) -> list:
    if not isinstance(part, str) or head not in part:
        return [part]
    before, after = part.split(head, 1)
    return [before, slot, after]
