"""From organisation.yaml to offices: a department that every street has becomes one office a street. Pure."""

import re
from collections.abc import Iterator

from app.people.parts import Problem
from app.people.read import CentrePart, DepartmentPart, Organisation, SelfServicePart, StationPart, StreetPart


def offices(org: Organisation) -> Iterator[dict]:
    """The columns of every Office, parents before children."""
    for part in org.departments:
        if part.per_street:
            yield from (_of_street(org, part, street) for street in org.streets)
        else:
            yield _department(org, part)
    for part in org.centres:
        yield _centre(org, part)
    above = {part.id: part.parent for part in org.stations}
    for part in sorted(org.stations, key=lambda part: len(list(_upwards(part.id, above)))):
        yield _station(org, part, above)
    for part in org.self_service:
        yield _self_service(org, part)


def problems(org: Organisation) -> Iterator[Problem]:
    """Two offices of one 代字 would count their documents together; only a street and its centre may."""
    spots = {
        part.id: (name, n, "id")
        for name in ("departments", "centres", "stations", "self_service")
        for n, part in enumerate(getattr(org, name))
    }
    first: dict[str, str] = {}
    for office in offices(org):
        if office["department_id"] == "subdistrict_office":
            continue
        same = first.setdefault(office["document_code"], office["id"])
        if same != office["id"]:
            said = f"代字“{office['document_code']}”与 {same} 相同，应为能区分的编号或简称"
            yield spots[office["department_id"]], said


def _office(**columns) -> dict:
    empty = {"level": None, "street_id": None, "parent_id": None, "centre_id": None, "services": []}
    return {**empty, "department_id": columns["id"], "closed_at": None, **columns}


def _department(org: Organisation, part: DepartmentPart) -> dict:
    city = re.sub("[市县区]$", "", org.city.name)
    kind = "agency" if part.kind == "centre" else part.kind
    return _office(
        id=part.id, name=part.name, short=part.short, kind=kind, document_code=city + part.short
    )  # fmt: skip


def _of_street(org: Organisation, part: DepartmentPart, street: StreetPart) -> dict:
    """街道办事处（本街道） of 文峰街道 is 文峰街道办事处; 社区居民委员会 is 文峰街道社区居民委员会."""
    plain = re.sub("（.*）$", "", part.name)
    # The street itself and its centre share a 代字.
    own = "" if part.id == "subdistrict_office" else part.short
    return _office(
        id=f"{part.id}-{street.id}",
        department_id=part.id,
        name=street.name + plain.removeprefix("街道"),
        short=street.short + part.short,
        kind=part.kind,
        street_id=street.id,
        document_code=org.document_codes[street.id] + own,
    )


def _centre(org: Organisation, part: CentrePart) -> dict:
    first = next(one.id for one in org.centres if one.street == part.street)
    number = "" if part.id == first else _number(part.id)  # a second centre of a street counts for itself
    return _office(
        id=part.id, name=part.name, short=_street(org, part.street).short + "中心" + number,
        kind="service_centre", level=part.level, street_id=part.street, centre_id=part.id,
        document_code=org.document_codes[part.street] + number,
        services=["consult", "receive", "assist", "collect"],
    )  # fmt: skip


def _station(org: Organisation, part: StationPart, above: dict[str, str]) -> dict:
    word = ("点" if part.level == "estate" else "站") + _number(part.id)
    return _office(
        id=part.id, name=part.name, short=_street(org, part.street).short + word, kind="station",
        level=part.level, street_id=part.street, parent_id=part.parent,
        centre_id=list(_upwards(part.id, above))[-1],
        document_code=org.document_codes[part.street] + word, services=list(part.services),
    )  # fmt: skip


def _self_service(org: Organisation, part: SelfServicePart) -> dict:
    word = "自助" + _number(part.id)
    centre = next(one.id for one in org.centres if one.street == part.street)
    return _office(
        id=part.id, name=part.name, short=_street(org, part.street).short + word, kind="self_service",
        street_id=part.street, parent_id=centre, centre_id=centre,
        document_code=org.document_codes[part.street] + word, services=list(part.functions),
    )  # fmt: skip


def _street(org: Organisation, street_id: str) -> StreetPart:
    return next(street for street in org.streets if street.id == street_id)


def _upwards(start: str, above: dict[str, str]) -> Iterator[str]:
    """The offices above a station; the last is its centre."""
    here = above.get(start)
    while here is not None:
        yield here
        here = above.get(here)


def _number(office_id: str) -> str:
    digits = re.search(r"\d+$", office_id)
    return str(int(digits.group())) if digits else office_id
