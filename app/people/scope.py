"""Who sees the cases of which offices: pure rules over roles and offices."""

from dataclasses import dataclass

from app.people.actor import Actor

WIDTHS = ("none", "office", "centre", "street", "city")
WINDOWS = ("service_centre", "station", "self_service")

AT_THE_WINDOW = frozenset({"guide", "clerk", "agent", "issuer"})
IN_THE_OFFICE = frozenset({"case_officer", "reviewer", "approver", "issuer"})
ABOUT_THE_STREET = frozenset({"courier", "grid_worker", "mediator", "archivist"})
WITHOUT_CASES = frozenset({"org_admin", "auditor"})  # 三员分立: they keep the system, not the cases


@dataclass(frozen=True)
class Scope:
    """`kind`: none | office | centre | street | city; `value`: the id it is limited to, if it is."""

    kind: str
    value: str | None = None


NOTHING = Scope("none")
EVERYTHING = Scope("city")


def sees(by: Actor) -> Scope:
    """The cases this person may know of: the widest that one of their roles gives."""
    if by.may("system"):
        return EVERYTHING
    return max((_seen_as(role, by) for role in by.roles), key=_width, default=NOTHING)


def _width(scope: Scope) -> int:
    return WIDTHS.index(scope.kind)


def _seen_as(role: str, by: Actor) -> Scope:
    own = Scope("office", by.office_id)
    street = Scope("street", by.street_id) if by.street_id else own
    if role in WITHOUT_CASES:
        return NOTHING
    if role == "supervisor":
        return EVERYTHING if by.office_kind == "agency" else street
    if role in ABOUT_THE_STREET:
        return street
    if role in AT_THE_WINDOW and by.office_kind in WINDOWS and by.centre_id:
        return Scope("centre", by.centre_id)
    if role in IN_THE_OFFICE | AT_THE_WINDOW:
        return own
    return NOTHING
