"""Who sees the cases of which offices: a table, and a few mixed people."""

import pytest

from app.people.actor import SYSTEM, Actor, Nobody
from app.people.permissions import ROLES
from app.people.scope import sees

CENTRE = {"office_id": "wf-01", "office_kind": "service_centre", "street_id": "wenfeng", "centre_id": "wf-01"}
STATION = {"office_id": "wf-s01", "office_kind": "station", "street_id": "wenfeng", "centre_id": "wf-01"}
BUREAU = {"office_id": "civil_affairs", "office_kind": "city_bureau"}
STREET = {"office_id": "subdistrict_office-wenfeng", "office_kind": "street", "street_id": "wenfeng"}
AGENCY = {"office_id": "service_admin", "office_kind": "agency"}


def somebody(where, *roles):
    return Actor(id=1, login="x", name="x", roles=roles, **where)


TABLE = [
    (CENTRE, "guide", "centre", "wf-01"),
    (CENTRE, "clerk", "centre", "wf-01"),
    (CENTRE, "agent", "centre", "wf-01"),
    (CENTRE, "issuer", "centre", "wf-01"),
    (STATION, "clerk", "centre", "wf-01"),
    (CENTRE, "courier", "street", "wenfeng"),
    (CENTRE, "archivist", "street", "wenfeng"),
    (CENTRE, "supervisor", "street", "wenfeng"),
    (STATION, "grid_worker", "street", "wenfeng"),
    (STREET, "supervisor", "street", "wenfeng"),
    (STREET, "mediator", "street", "wenfeng"),
    (STREET, "case_officer", "office", "subdistrict_office-wenfeng"),
    (BUREAU, "case_officer", "office", "civil_affairs"),
    (BUREAU, "reviewer", "office", "civil_affairs"),
    (BUREAU, "approver", "office", "civil_affairs"),
    (BUREAU, "issuer", "office", "civil_affairs"),
    (BUREAU, "clerk", "office", "civil_affairs"),
    (BUREAU, "supervisor", "office", "civil_affairs"),
    (AGENCY, "supervisor", "city", None),
    (AGENCY, "courier", "office", "service_admin"),
    (AGENCY, "org_admin", "none", None),
    (AGENCY, "auditor", "none", None),
    (CENTRE, "no_such_role", "none", None),
]


@pytest.mark.parametrize(("where", "role", "kind", "value"), TABLE)
def test_each_role_sees_its_own(where, role, kind, value):
    scope = sees(somebody(where, role))
    assert (scope.kind, scope.value) == (kind, value)


def test_the_table_names_every_role():
    assert set(ROLES) <= {role for _, role, _, _ in TABLE}


def test_of_several_roles_the_widest_counts():
    assert sees(somebody(CENTRE, "clerk", "supervisor")).kind == "street"
    assert sees(somebody(AGENCY, "org_admin", "supervisor")).kind == "city"
    assert sees(somebody(CENTRE, "issuer", "org_admin")).kind == "centre"


def test_nobody_sees_nothing_and_the_system_everything():
    assert sees(Nobody()).kind == "none"
    assert sees(somebody(CENTRE)).kind == "none"
    assert sees(SYSTEM).kind == "city"
