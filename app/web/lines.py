"""Lines of lists that this process has written before. What waits for an office is asked for all day, and of fifty lines one
is new: a line that says the same is not put together again."""

from collections.abc import Callable, Hashable, Iterable
from itertools import count
from threading import Lock
from typing import TypeVar

from flask import Flask, current_app
from markupsafe import Markup

from app.web import tongue
from app.web.templates import templates

Seen = TypeVar("Seen")
MOST = 5000  # about 1 kB each


class Kept:
    """Lines by (with what eyes, what they were made of); the oldest go first."""

    def __init__(self):
        self.eyes: dict[Hashable, int] = {}
        self.lines: dict[tuple[int, Hashable], Markup] = {}
        self._given = count(1)  # never one twice: a thread may still hold a number from before
        self._one_at_a_time = Lock()

    def keep(self, key: tuple[int, Hashable], line: Markup) -> Markup:
        with self._one_at_a_time:
            if len(self.lines) >= MOST:
                del self.lines[next(iter(self.lines))]
            self.lines[key] = line
        return line

    def number_of(self, eyes: Hashable) -> int:
        """A day, a language, a calendar: there are few at a time. When there were many, all their lines are of the past."""
        found = self.eyes.get(eyes)
        if found is None:
            with self._one_at_a_time:
                if len(self.eyes) >= MOST // 50:
                    self.eyes.clear()
                    self.lines.clear()
                found = self.eyes[eyes] = next(self._given)
        return found


def init_app(app: Flask) -> None:
    app.extensions["lines"] = Kept()


def written(template: str, eyes: tuple, rows: Iterable[tuple[Hashable, Seen]], facts: Callable[[Seen], tuple]) -> Markup:
    """One after the other, the macro `line(*facts(row))` of the template for each (key, row). A line is taken as it was written before when its
    key, the eyes (with the language) and the template are the same: whatever `facts` or the macro look at must stand in them."""
    kept: Kept = current_app.extensions["lines"]
    number = kept.number_of((template, str(tongue.locale()), *eyes))
    write, found = None, []
    for key, row in rows:
        line = kept.lines.get((number, key))
        if line is None:
            write = write or templates().get_template(template).module.line
            line = kept.keep((number, key), write(*facts(row)))
        found.append(line)
    return Markup("".join(found))
