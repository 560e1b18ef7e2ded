"""Many at once, each for itself: one that cannot be done does not spoil the others, and says why."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from app.refusals import Refusal


class Done(NamedTuple):
    """What was done, and of the others the number and the sentence why not."""

    done: list[str]
    refused: list[tuple[str, str]]

    @property
    def count(self) -> int:
        return len(self.done)


def each(numbers: Iterable[str], do: Callable[[str], object]) -> Done:
    """Each number once, in its order and its own transaction."""
    found = Done([], [])
    for number in dict.fromkeys(numbers):
        try:
            do(number)
            found.done.append(number)
        except Refusal as refusal:
            found.refused.append((number, str(refusal)))
    return found
