"""The shape of organisation.yaml, what must hold between its parts, and the offices it comes to. Pure."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from app.people.parts import Part, Problem, Spot, one_of, repeated, text_like
from app.people.permissions import PERMISSIONS, ROLES

Id = Annotated[str, text_like(r"[a-z][a-z0-9_-]{0,39}", "小写字母开头，只含小写字母、数字、- 和 _")]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Short = Annotated[str, Field(min_length=1, max_length=10)]
Time = Annotated[str, text_like(r"([01]\d|2[0-3]):[0-5]\d", '带引号的时刻，如 "10:30"')]
Hours = Annotated[str, text_like(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", '带引号的时段，如 "09:00-12:00"')]
Division = Annotated[str, text_like(r"\d{6}", "6 位行政区划代码，带引号")]
StreetCode = Annotated[str, text_like(r"\d{9}", "9 位乡级代码，带引号")]


class AreaPart(Part):
    name: Name
    code: Division


class CityPart(Part):
    name: Name
    name_en: Name = ""
    code: Division
    prefecture: AreaPart | None = None
    province: AreaPart | None = None
    local_holidays: bool = False


class StreetPart(Part):
    id: Id
    name: Name
    code: StreetCode
    short: Short


class TownshipPart(Part):
    id: Id
    name: Name
    code: StreetCode


class DepartmentPart(Part):
    id: Id
    name: Name
    short: Short
    kind: Literal["city_bureau", "mass_organisation", "party_organ", "centre", "street", "community", "external"]
    item_prefix: Annotated[str, text_like(r"[A-Z]{2}", "两个大写字母")] | None = None
    per_street: bool = False
    role: str | None = None


class CounterPart(Part):
    id: Id
    name: Name
    kind: Literal["general", "dedicated", "issuing", "assisted", "consultation", "unresolved_matters"]
    accessible: bool = False


class CentrePart(Part):
    id: Id
    name: Name
    street: str
    level: Literal["street", "community", "estate"]
    sample: bool = False
    counters: Annotated[list[CounterPart], Field(min_length=1)]


class StationPart(Part):
    id: Id
    name: Name
    street: str
    level: Literal["community", "estate"]
    parent: str
    sample: bool = False
    services: list[Literal["consult", "receive", "assist", "collect", "wish", "event"]]


class SelfServicePart(Part):
    id: Id
    name: Name
    street: str
    sample: bool = False
    functions: list[Literal["query", "print", "collect_from_locker", "receive"]]


class GovernanceWindowPart(Part):
    id: Id
    name: Name
    duty: str
    seed: bool = False


class RolePart(Part):
    id: Annotated[str, one_of(ROLES, "岗位")]
    name: Name
    can: list[Annotated[str, one_of(PERMISSIONS, "权限")]]


class RoutePart(Part):
    id: Id
    from_office: Annotated[str, Field(alias="from")]
    to_office: Annotated[str, Field(alias="to")]
    runs: Annotated[list[Time], Field(min_length=1)]
    sample: bool = False


class HoursPart(Part):
    working_day: Annotated[list[Hours], Field(min_length=1)]
    sample: bool = False


class Organisation(Part):
    """organisation.yaml as a whole."""

    version: str
    city: CityPart
    streets: Annotated[list[StreetPart], Field(min_length=1)]
    townships: list[TownshipPart] = []
    departments: Annotated[list[DepartmentPart], Field(min_length=1)]
    centres: Annotated[list[CentrePart], Field(min_length=1)]
    stations: list[StationPart] = []
    self_service: list[SelfServicePart] = []
    governance_windows: list[GovernanceWindowPart] = []
    roles: Annotated[list[RolePart], Field(min_length=1)]
    transfer_routes: list[RoutePart] = []
    hours: HoursPart | None = None
    document_codes: dict[str, Short]


def problems(org: Organisation) -> list[Problem]:
    """What does not hold between the parts of the file."""
    checks = (_repeated, _streets_wrong, _stations_wrong, _codes_wrong, _names_wrong)
    return [problem for check in checks for problem in check(org)]


def _repeated(org: Organisation) -> Iterator[Problem]:
    def ids(*lists: str) -> list[tuple[Spot, str]]:
        return [((name, n, "id"), part.id) for name in lists for n, part in enumerate(getattr(org, name))]

    yield from repeated(ids("streets", "townships"), "编号")
    yield from repeated(ids("departments", "centres", "stations", "self_service"), "编号")
    for name in ("roles", "transfer_routes", "governance_windows"):
        yield from repeated(ids(name), "编号")
    counters = [
        (("centres", n, "counters", m, "id"), counter.id)
        for n, centre in enumerate(org.centres)
        for m, counter in enumerate(centre.counters)
    ]
    yield from repeated(counters, "窗口编号")
    areas = [
        ((name, n, "code"), part.code) for name in ("streets", "townships") for n, part in enumerate(getattr(org, name))
    ]
    yield from repeated(areas, "区划代码")
    prefixes = [
        (("departments", n, "item_prefix"), part.item_prefix)
        for n, part in enumerate(org.departments)
        if part.item_prefix
    ]
    yield from repeated(prefixes, "事项前缀")


def _streets_wrong(org: Organisation) -> Iterator[Problem]:
    streets = [street.id for street in org.streets]
    for n, street in enumerate(org.streets):
        if not street.code.startswith(org.city.code):
            yield ("streets", n, "code"), f"“{street.code}”不在本市，应为以 {org.city.code} 开头"
        if not any(centre.street == street.id and centre.level == "street" for centre in org.centres):
            yield ("streets", n, "id"), f"{street.name}没有党群服务中心，应为至少一个 level: street 的"
    for name in ("centres", "stations", "self_service"):
        for n, part in enumerate(getattr(org, name)):
            if part.street not in streets:
                yield (name, n, "street"), f"没有街道“{part.street}”，应为下列之一：{'、'.join(streets)}"


def _stations_wrong(org: Organisation) -> Iterator[Problem]:
    above = {station.id: station.parent for station in org.stations}
    street_of = {part.id: part.street for part in (*org.centres, *org.stations)}
    for n, station in enumerate(org.stations):
        spot = ("stations", n, "parent")
        if station.parent not in street_of:
            yield spot, f"没有中心或站“{station.parent}”，应为 centres 或 stations 中的编号"
        elif street_of[station.parent] != station.street:
            yield spot, f"“{station.parent}”在另一个街道，应为同一街道的中心或站"
        elif _goes_round(station.id, above):
            yield spot, "上级关系成环，应为最终到一个中心"


def _goes_round(start: str, above: dict[str, str]) -> bool:
    seen, here = {start}, above.get(start)
    while here in above:
        if here in seen:
            return True
        seen.add(here)
        here = above[here]
    return False


def _codes_wrong(org: Organisation) -> Iterator[Problem]:
    streets = {street.id for street in org.streets}
    for street in org.streets:
        if street.id not in org.document_codes:
            yield ("document_codes",), f"缺少街道 {street.id} 的文书代字，应为每个街道一个"
    for street in org.document_codes:
        if street not in streets:
            yield ("document_codes", street), f"没有街道“{street}”，应为 streets 中的编号"
    yield from repeated(((("document_codes", key), code) for key, code in org.document_codes.items()), "代字")


def _names_wrong(org: Organisation) -> Iterator[Problem]:
    departments = {part.id for part in org.departments}
    shared = {part.id for part in org.departments if part.per_street}
    offices = departments - shared | {part.id for part in (*org.centres, *org.stations, *org.self_service)}
    offices |= {f"{part}-{street.id}" for part in shared for street in org.streets}
    for n, window in enumerate(org.governance_windows):
        if window.duty not in departments:
            yield ("governance_windows", n, "duty"), f"没有部门“{window.duty}”，应为 departments 中的编号"
    for n, route in enumerate(org.transfer_routes):
        if route.from_office not in offices:
            yield ("transfer_routes", n, "from"), f"没有单位“{route.from_office}”，应为中心、站或部门的编号"
        if route.to_office not in offices | {"all_departments"}:
            yield (
                ("transfer_routes", n, "to"),
                f"没有单位“{route.to_office}”，应为中心、站或部门的编号，或 all_departments",
            )
