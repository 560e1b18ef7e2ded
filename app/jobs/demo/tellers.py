"""The child processes that tell stories (scratch.py), and what they told."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice

from flask import current_app

from app.jobs.demo.cases import Story
from app.jobs.demo.days import Shift, Week
from app.jobs.demo.pattern import Pattern
from app.jobs.demo.tables import TABLES, Rows, plain
from app.jobs.demo.words import Words

HANDS = 2  # processes that tell at the same time
SETTINGS = ("DATA_DIR", "SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY", "DESK_MODE", "BASE_URL")


class Told:
    """A story with its steps: [[moment, rows that are new or different], …]."""

    def __init__(self, number: int, story: Story, steps: list):
        self.number, self.story, self.steps = number, story, steps
        self._day: date | None = None
        self._moments: list[int] = []  # of the steps, had the story begun on that day: many copies of one day come together

    @property
    def last(self) -> int:
        return len(self.steps) - 1

    @property
    def length(self) -> timedelta:
        return timedelta(microseconds=self.steps[-1][0] - self.steps[0][0])

    @cached_property
    def words(self) -> Words:
        return Words(self.rows(self.last))

    def rows(self, step: int) -> Rows:
        """Everything as it stood after that step."""
        found: Rows = {name: {} for name in TABLES}
        for _at, changes in self.steps[: step + 1]:
            for name, rows in changes.items():
                found[name] |= rows
        return found

    def pattern(self, step: int, week: Week) -> Pattern:
        return Pattern(self.story, step, self.rows(step), self.words, week)

    def steps_by(self, week: Week, day: date, minutes: int, seconds: int, now: datetime) -> int:
        """The last step that is over by now, had the story begun on that day; -1 for none."""
        if self._day != day:
            shift = Shift(week, self.story.day, day)
            self._day, self._moments = day, [shift.moment(at) for at, _changes in self.steps]
        latest = plain(now) - (minutes * 60 + seconds) * 1_000_000
        return next((step for step, at in enumerate(self._moments) if at > latest), len(self._moments)) - 1


class Tellers:
    """Some children, asked in turn."""

    def __enter__(self) -> "Tellers":
        self._children = [self._child() for _hand in range(HANDS)]
        for child in self._children:
            if not child.stdout.readline():
                raise RuntimeError("示例办件的试办进程没有启动")
        return self

    def __exit__(self, *_problem) -> None:
        for child in self._children:
            child.stdin.close()
            child.stdout.close()
            child.wait()

    def tell(self, asked: Iterator[dict]) -> Iterator[Told]:
        number, asked = 0, iter(asked)
        while together := list(islice(asked, len(self._children))):
            for child, story in zip(self._children, together, strict=False):
                child.stdin.write(json.dumps(story) + "\n")
                child.stdin.flush()
            for child, story in zip(self._children, together, strict=False):
                line = child.stdout.readline()
                if not line:
                    raise RuntimeError("示例办件的试办进程中断了")
                yield Told(number, Story(**story | {"day": date.fromisoformat(story["day"])}), json.loads(line))
                number += 1

    def _child(self) -> subprocess.Popen:
        """It reads the city from the same database, and writes into one of its own."""
        url = current_app.config["SQLALCHEMY_DATABASE_URI"]
        settings = {name: str(current_app.config[name]) for name in SETTINGS} | {"DATABASE_URL": url}
        return subprocess.Popen(
            [sys.executable, "-m", "app.jobs.demo.scratch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=os.path.dirname(current_app.root_path), env=os.environ | settings,
        )  # fmt: skip
