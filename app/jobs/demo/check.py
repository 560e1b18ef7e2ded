"""A sample of the copies told again, step by step, by the real verbs: what was copied must be equal."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from app.jobs.demo.copies import Copy
from app.jobs.demo.rows import rows_of_copy
from app.jobs.demo.tables import COLUMNS, Rows, rows_of
from app.jobs.demo.tellers import Tellers, Told

SAMPLE = 25


class Check:
    """Remembers `sample` of `count` copies, and holds it against the verbs at the end."""

    def __init__(self, count: int, sample: int = SAMPLE):
        self._every, self._seen = max(1, count // sample), 0
        self._sample: list[Copy] = []

    def perhaps(self, copy: Copy) -> None:
        if self._seen % self._every == self._every // 2:
            copy.sampled = True
            self._sample.append(copy)
        self._seen += 1

    def problems(self, tellers: Tellers) -> Iterator[str | None]:
        """For each copy of the sample None, or a sentence when the verbs would have written something else."""
        stories = [asdict(copy.story) | {"day": copy.day.isoformat()} for copy in self._sample]
        for copy, told in zip(self._sample, tellers.tell(iter(stories)), strict=True):
            root = copy.values[copy.frame.words.slot("id", "case", 0)]
            difference = _difference(rows_of(root), _as_the_copy(told, copy))
            yield f"办件 {root}：{difference}" if difference else None


def _as_the_copy(told: Told, copy: Copy) -> dict[str, list]:
    """What the verbs wrote, with the ids, numbers and codes of the copy; the hashes reckoned anew."""
    frame = told.pattern(copy.frame.pattern.step, copy.frame.pattern.week).as_told()
    again = replace(copy, frame=frame, minutes=0, seconds=0)
    mine = copy.frame.words.slots
    again.values = [
        "{:02d}:{:02d}".format(*divmod(key[1], 60)) if key[0] == "clock" else copy.values[mine[key]] if key in mine else None
        for key in frame.words.keys
    ]
    return rows_of_copy(again, sealed=False)


def _difference(written: Rows, again: dict[str, list]) -> str | None:
    for name, rows in again.items():
        found = sorted(map(tuple, written[name].values()), key=str)
        if len(found) != len(rows):
            return f"{name} 有 {len(found)} 行，应有 {len(rows)} 行"
        for one, other in zip(found, sorted(rows, key=str), strict=True):
            for column, value, wanted in zip(COLUMNS[name], one, other, strict=True):
                if value != wanted:
                    return f"{name}.{column} {_near(str(value), str(wanted))}"
    return None


def _near(found: str, wanted: str) -> str:
    at = next((n for n, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other), 0)
    return f"是“{found[max(0, at - 30) : at + 40]}”，应为“{wanted[max(0, at - 30) : at + 40]}”"


