"""A city's cases in bulk: a few hundred stories told by the real verbs on a scratch desk, copied over the years.

Each copy has its own person, day, hours, numbers, codes and chain of hashes; the days and limits follow from the rules
(pattern.py). At the end some copies are told again by the verbs, and must be equal (check.py).
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from app import moments
from app.calendar.find import calendar_for
from app.catalog.find import current_spec, items
from app.jobs.demo import people, write
from app.jobs.demo.check import SAMPLE, Check
from app.jobs.demo.copies import Copy
from app.jobs.demo.days import Week
from app.jobs.demo.pattern import Frame, Pattern, Unfit
from app.jobs.demo.tellers import Tellers, Told
from app.people.find import desks_of, receiving_offices

ROUND = 1200  # copies a transaction: less than a second in which nobody else writes
A_DAY = 12  # so many stories are copied on one day, when there are many copies
OPEN_DAYS = 45  # an unfinished story began no longer ago than this
SEASONS = (0.9, 0.6, 1.2, 1.1, 1.0, 1.1, 1.2, 1.1, 1.2, 0.9, 1.1, 1.1)  # by month: New Year is quiet, subsidies are not
MONDAY, FRIDAY = 1.25, 0.85
GROWTH = 1.06  # a year
NAME = "梓珺"  # given name of whom the stories are told about: nobody else in a text is called that


class Bulk:
    """`count` cases over the last `days` days; `unfinished` of them at least are still open.

    `stories`: how many are told by the verbs; by default enough for variety, few enough for patience.
    """

    def __init__(self, count: int, seed: int, days: int, unfinished: int = 0, stories: int = 0):
        self.count, self.unfinished = count, min(unfinished, count)
        self.stories, self.sample = stories or max(120, min(600, count // 40)), min(SAMPLE, stories or SAMPLE)
        self._dice, self._seed, self._now = Random(seed), seed, moments.now()
        self._first = self._now.date() - timedelta(days=days)
        self._centres = [place for place in receiving_offices() if place.kind == "service_centre"]
        self._weeks = {place.id: Week(calendar_for(place.id)) for place in self._centres}
        self._told: list[Told] = []
        self._patterns: dict[tuple, Pattern] = {}

    def run(self, tick: Callable[[str], None] = lambda what: None) -> Iterator[str]:
        """Do it; `tick("told" | "copied" | "checked")` after each. Yields a sentence for every copy that is not equal."""
        with Tellers() as tellers:
            for told in tellers.tell(self._asked()):
                self._told.append(told)
                tick("told")
            key, check = f"demo-{self._seed}-{secrets.token_hex(3)}", Check(self.count, self.sample)
            writer = write.Writer(key, lambda count: [tick("copied") for _copy in range(count)])
            batch: list[Copy] = []
            for copy in self._copies():
                batch.append(copy)
                check.perhaps(copy)
                if len(batch) == ROUND:
                    writer.take(batch)
                    batch = []
            if batch:
                writer.take(batch)
            writer.finish()
            write.seal_again()
            for problem in check.problems(tellers):
                tick("checked")
                if problem:
                    yield problem
        write.settle_down()

    # ── which stories ────────────────────────────────────────────────────────────────────────────────────────────

    def _asked(self) -> Iterator[dict]:
        """Every item at every centre comes up; more often what people want more often, where more counters are."""
        weights = [len(desks_of(place.id)) for place in self._centres]
        listed = items()
        for number in range(self.stories):
            item = listed[number % len(listed)]
            centre = self._dice.choices(self._centres, weights)[0]
            yield {
                "seed": f"{self._seed}-{number}", "centre_id": centre.id, "item_code": item.code,
                "day": self._weeks[centre.id].next(date(2025, 1, 2) + timedelta(days=self._dice.randrange(250))).isoformat(),
                "person": self._hero(item.code),
            }  # fmt: skip

    def _hero(self, item_code: str) -> dict:
        family = self._dice.choice(people.FAMILY)
        organisation = current_spec(item_code).applicant == "organisation"
        return {"name": f"示例{family}{NAME}物业小区业主委员会" if organisation else family + NAME}

    # ── when, and of whom ────────────────────────────────────────────────────────────────────────────────────────

    def _copies(self) -> Iterator[Copy]:
        recent = self._now.date() - timedelta(days=OPEN_DAYS)
        days = [self._first + timedelta(days=n) for n in range((self._now.date() - self._first).days + 1)]
        days = [day for day in days if self._weeks[self._centres[0].id].works(day)]
        plenty = _shares([self._plenty(day) for day in days], self.count - self.unfinished)
        young = [day for day in days if day > recent] or days[-1:]
        more = dict(zip(young, _shares([1.0] * len(young), self.unfinished), strict=True))
        owed = {False: 0, True: 0}  # what found no place on its day comes on the next
        popular = [1 / (1 + place % len(items())) ** 0.6 for place in range(len(self._told))]
        for day, count in zip(days, plenty, strict=True):
            for wanted_open, number in ((False, count), (True, more.get(day, 0))):
                owed[wanted_open] += number
                for copy in self._of_day(day, owed[wanted_open], popular, wanted_open):
                    owed[wanted_open] -= 1
                    yield copy
        yield from self._of_day(days[len(days) // 2], sum(owed.values()), popular, False)

    def _plenty(self, day: date) -> float:
        weekday = {0: MONDAY, 4: FRIDAY}.get(day.weekday(), 1.0)
        return SEASONS[day.month - 1] * weekday * GROWTH ** ((day - self._first).days / 365) * self._dice.uniform(0.8, 1.2)

    def _of_day(self, day: date, count: int, popular: list[float], wanted_open: bool) -> Iterator[Copy]:
        """At most `count`; a few stories are tried again and again when there are many."""
        frames, made, chosen = {}, 0, []
        for attempt in range(3 * count + 40 if count else 0):
            if made == count:
                return
            if attempt < A_DAY or not chosen:
                told = self._dice.choices(self._told, popular)[0]
            else:
                told = self._dice.choice(chosen)
            copy = self._copy(told, day, frames, wanted_open)
            if copy is not None:
                chosen.append(told)
                made += 1
                yield copy

    def _copy(self, told: Told, day: date, frames: dict, wanted_open: bool) -> Copy | None:
        """None when this story cannot have begun on that day, or would not stand as it is wanted."""
        dice = self._dice
        minutes, seconds = dice.randrange(299), dice.randrange(60)
        week = self._weeks[told.story.centre_id]
        if not week.works(day):
            return None
        step = told.steps_by(week, day, minutes, seconds, self._now) if day >= self._recently(told) else told.last
        if step < 0:
            return None
        frame = frames.get((told.number, step)) or self._frame(told, step, day)
        frames[told.number, step] = frame
        if frame is None or (wanted_open and not frame.pattern.open):
            return None
        if frame.pattern.open and (self._now.date() - day).days > OPEN_DAYS * 2:
            return None
        return Copy(frame, minutes, seconds, people.alike(told.words.person, dice), day)

    def _recently(self, told: Told) -> date:
        return self._now.date() - timedelta(days=told.length.days * 2 + 30)

    def _frame(self, told: Told, step: int, day: date) -> Frame | None:
        pattern = self._patterns.get((told.number, step))
        if pattern is None:
            pattern = self._patterns[told.number, step] = told.pattern(step, self._weeks[told.story.centre_id])
        try:
            return pattern.frame(day)
        except Unfit:
            return None


def _shares(weights: list[float], count: int) -> list[int]:
    """`count` things given out by weight, none lost to rounding."""
    total = sum(weights)
    reached = [round(part / total * count) for part in accumulate(weights)]
    return [after - before for before, after in zip([0, *reached], reached, strict=False)]

