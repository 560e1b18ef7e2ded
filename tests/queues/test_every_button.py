"""For every state × role × action of the table the page of the case has the button, or the reason why there is none."""

import pytest

from app.cases.find import case_for
from app.cases.lifecycle import offers, why_not
from app.cases.models import Case
from app.cases.steps import STATE_WORDS, STEPS
from app.extensions import db, one_transaction
from app.refusals import NotThere
from tests import sample
from tests.backoffice import taken_up

BY_ROLE = (
    "wf-01.clerk", "wf-01.agent", "wf-01.guide", "wf-01.issuer", "wf-01.courier", "wf-01.archivist", "wf-01.supervisor",
    "wf-s01.grid_worker", "urban_management.officer", "urban_management.reviewer", "urban_management.approver",
    "subdistrict_office-wenfeng.supervisor", "service_admin.supervisor", "mediation_committee-wenfeng.mediator",
    "service_admin.admin", "service_admin.auditor",
)  # fmt: skip
STATES = [state for state in STATE_WORDS if state != "new"]
FROM_A_PAGE = {name: step for name, step in STEPS.items() if step.room and name != "receive"}
CONCLUDED = ("decided", "ready", "delivered", "archived")


def stand_in(case_no: str, state: str) -> None:
    """However it got there: the page must know what to say."""
    with one_transaction():
        outcome = "granted" if state in CONCLUDED else None
        db.session.execute(db.update(Case).where(Case.case_no == case_no).values(state=state, outcome=outcome))


def buttons(page) -> set[str]:
    return {link["href"].rsplit("/", 1)[-1].replace("-", "_") for link in page.select("a.step")}


def reasons(page) -> dict[str, str]:
    return {step.span.get_text(strip=True): step.small.get_text(strip=True) for step in page.select(".step[aria-disabled]")}


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_page_has_the_button_or_the_reason(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    desks, opened = {login: desk_of(login) for login in BY_ROLE}, set()
    for state in STATES:
        with app.app_context():
            stand_in(case_no, state)
        for login, desk in desks.items():
            opened |= look_at(app, desk, login, case_no, state, opened)
    assert {state for state, _name in opened} == set(STATES) and len({name for _state, name in opened}) > 20


def look_at(app, desk, login: str, case_no: str, state: str, opened: set) -> set[tuple[str, str]]:
    """One page of one role. Returns the buttons behind which a form was found; each is opened once a state."""
    with app.app_context():
        by = sample.actor(login)
        try:
            case = case_for(by, case_no)
        except NotThere:
            desk.get(f"/desk/cases/{case_no}", expect=404)
            return set()
        said = {name: why_not(case, by, name) for name in FROM_A_PAGE}
        listed = {offer.action for offer in offers(case, by)}
    page = desk.get(f"/desk/cases/{case_no}")
    here, greyed = buttons(page), reasons(page)
    for name, step in FROM_A_PAGE.items():
        if said[name] is None:
            assert name in here, f"{login} may {name} a case that is {state}, and has no button"
            continue
        assert name not in here and said[name].strip(), f"{login} {name} {state}: no reason"
        assert (name in listed) == (state in step.sources), (login, name)
        if state in step.sources:
            assert greyed.get(step.word) == said[name], f"{login} {name} {state}: the page does not say why"
    new = {name for name in here & FROM_A_PAGE.keys() if (state, name) not in opened}
    for name in sorted(new):
        step = next(link["href"] for link in page.select("a.step") if link["href"].endswith("/" + name.replace("_", "-")))
        assert desk.get(step).select_one("main form[method=post]"), f"{login} {name}: a button without a form behind it"
    return {(state, name) for name in new}


def test_every_role_is_asked():
    from app.jobs import demo

    seats = {login.partition(".")[2] for login in BY_ROLE}
    assert {demo.ROLE_OF.get(seat, seat) for seat in seats} >= {
        "guide", "clerk", "agent", "courier", "case_officer", "reviewer", "approver", "issuer", "supervisor", "grid_worker",
        "mediator", "archivist", "org_admin", "auditor",
    }  # fmt: skip
