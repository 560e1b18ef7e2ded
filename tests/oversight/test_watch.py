"""The supervisor's numbers: each opens its list, within the own street."""

import pytest

from app.catalog.find import current_spec
from app.custody import actions as custody
from app.oversight.watch import WATCHES, counts, lines
from app.receive import actions as receive
from tests import backoffice, sample

HERE, ELSEWHERE, CITY = "wf-01.supervisor", "gh-01.supervisor", "service_admin.supervisor"


@pytest.fixture
def busy(inside, clock):
    """A case on its way, one accepted with a promise, both seen eight weeks later."""
    clock("2026-09-01 09:00")
    case = backoffice.accepted("SJ-001", 1)
    clerk = sample.actor("wf-01.clerk")
    slip = custody.pack(clerk, "market_regulation", [p.id for p in backoffice.Standing(case, clerk).papers])
    custody.send(slip, clerk, "钱乙")
    tolerant = backoffice.received("MZ-001", 2, line2="missing")
    receive.accept_tolerant(tolerant, clerk, 5, True)
    clock("2026-10-30 09:00")


def test_each_number_is_the_length_of_its_list(busy):
    by = sample.actor(HERE)
    found = counts(by)
    assert set(found) == set(WATCHES)
    for name in WATCHES:
        assert len(lines(by, name)[0]) == found[name], name
    assert (found["red"] + found["black"], found["transit"], found["tolerant"]) == (2, 1, 1)


def test_another_street_sees_nothing_and_the_city_sees_all(busy):
    assert set(counts(sample.actor(ELSEWHERE)).values()) == {0}
    assert counts(sample.actor(CITY)) == counts(sample.actor(HERE))


def test_every_list_opens_and_leads_to_the_case(app, busy, desk_of):
    supervisor = desk_of(HERE)
    assert supervisor.get("/oversight").h1.get_text() == "督办"
    for name in WATCHES:
        supervisor.get(f"/oversight/{name}")
    assert supervisor.get("/oversight/transit").select_one("td a")["href"].startswith("/desk/slips/J")
    assert supervisor.get("/oversight/tolerant").select_one("td a")["href"].startswith("/desk/cases/")
    supervisor.get("/oversight/nothing", 404)
    desk_of("wf-01.clerk").get("/oversight", 403)


def test_the_lists_name_a_company_and_mask_a_person(busy, desk_of):
    spec, clerk = current_spec("SJ-002"), sample.actor("wf-01.clerk")
    shop = sample.applicant(7, "organisation", "贵州好味道餐饮有限公司")
    ticks = sample.everything(spec, line1="missing")
    case = receive.receive(clerk, "intake-shop", "SJ-002", shop, ticks, sample.answers(spec))
    receive.accept_tolerant(case, clerk, 5, True)
    shown = desk_of(HERE).get("/oversight/tolerant").get_text()
    assert "贵州好味道餐饮有限公司" in shown and "王**" in shown and "王小明" not in shown
