"""What kind of day a date is: layers of published days laid over the plain week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

NATIONAL, LOCAL = "national", "local"
WORKING, WEEKEND, HOLIDAY, MAKEUP = "working", "weekend", "holiday", "makeup"
MAKEUP_NAME = "调休上班"


class Kind(NamedTuple):
    """`what`: working | weekend | holiday | makeup; the last two carry a name and the layer that says so."""

    what: str
    name: str = ""
    layer: str = ""

    @property
    def working(self) -> bool:
        return self.what in (WORKING, MAKEUP)


_PLAIN = (Kind(WORKING),) * 5 + (Kind(WEEKEND),) * 2


@dataclass(frozen=True)
class Layer:
    """What one authority published: `rest` 休 and `work` 班 days by name; years with and without a notice."""

    name: str
    rest: Mapping[date, str]
    work: Mapping[date, str]
    published: frozenset[int] = frozenset()
    provisional: frozenset[int] = frozenset()


class Calendar:
    """Layers, the national first. A date is decided by the most local layer that lists it."""

    def __init__(self, layers: Sequence[Layer] = (), number: int = 0):
        """`number`: which edition of the calendar this is (app/calendar/version.py); 0 for one that was never kept."""
        self.layers, self.number = tuple(layers), number
        self._listed: dict[date, Kind] = {}
        for layer in self.layers:
            self._listed |= {day: Kind(HOLIDAY, name, layer.name) for day, name in layer.rest.items()}
            self._listed |= {day: Kind(MAKEUP, name, layer.name) for day, name in layer.work.items()}
        national = [layer.published for layer in self.layers if layer.name == NATIONAL]
        self._published = frozenset().union(*national)

    def kind(self, day: date) -> Kind:
        return self._listed.get(day) or _PLAIN[day.weekday()]

    def is_working(self, day: date) -> bool:
        return self.kind(day).working

    def is_tentative(self, day: date) -> bool:
        """暂定: the State Council has not published the schedule of that year (or we do not have it)."""
        return day.year not in self._published

    def provisional_layers(self, year: int) -> tuple[str, ...]:
        """Layers whose days of that year were not read in a notice; for showing, not for counting."""
        return tuple(layer.name for layer in self.layers if year in layer.provisional)
