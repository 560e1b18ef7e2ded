"""The hall: the counter's number queue, the display on the wall, the kiosk by the door."""

from flask import Blueprint, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.catalog.find import items
from app.extensions import limiter
from app.hall import actions
from app.hall.find import called_last, visit_for, visits_today, waiting
from app.hall.forms import FinishForm, KioskForm, TicketForm
from app.hall.visits import MOVES, OUTCOMES, STATE_WORDS, ticket, why_not
from app.people.find import directory, office, offices
from app.people.guard import needs, open_to_all
from app.refusals import NotThere
from app.web.forms import ConfirmForm, taking
from app.web.fragments import go_to, page
from app.web.words import at_kiosk, still_big

pages = Blueprint("hall", __name__)

STEPS = ("call", "arrive", "miss", "park", "come_back", "leave")  # one button each; finish has a page
AT_WINDOW = ("ticket", "consult", "receive", "assist", "issue", "supervise")


@pages.get("/desk/visits")
@pages.post("/desk/visits")
@needs(*AT_WINDOW)
def visits():
    """今日叫号: take a number for somebody, call the next, see who is where."""
    form = _with_items(TicketForm())
    if form.validate_on_submit():
        with taking(form):
            made = actions.take_ticket(current_user, _centre(), form.item_code.data or None, form.priority.data)
            return go_to(url_for("hall.visits", taken=ticket(made)))
    rows = visits_today(_centre())
    possible = {row.id: [(name, MOVES[name].word) for name in STEPS if not why_not(row, name, current_user)] for row in rows}
    return page("hall/visits.html", "content", form=form, rows=rows, possible=possible, ticket=ticket,
                words=STATE_WORDS, outcomes=OUTCOMES, desks=directory().desks, waiting=waiting(_centre()),
                names={one.code: one.name for one in items()}, taken=request.args.get("taken", "")[:8])  # fmt: skip


@pages.get("/desk/visits/next")
@pages.post("/desk/visits/next")
@needs(*AT_WINDOW)
def call_next():
    if ConfirmForm().validate_on_submit():
        actions.call_next(current_user)
    return go_to(url_for("hall.visits"))


@pages.get("/desk/visits/<int:visit_id>/<any(call, arrive, miss, park, come_back, leave):action>")
@pages.post("/desk/visits/<int:visit_id>/<any(call, arrive, miss, park, come_back, leave):action>")
@needs(*AT_WINDOW)
def step(visit_id: int, action: str):
    """The steps of a visit that need nothing but a button."""
    visit = visit_for(current_user, visit_id)
    if ConfirmForm().validate_on_submit():
        getattr(actions, action)(visit, current_user)
    return go_to(url_for("hall.visits"))


@pages.get("/desk/visits/<int:visit_id>/finish")
@pages.post("/desk/visits/<int:visit_id>/finish")
@needs(*AT_WINDOW)
def finish(visit_id: int):
    """办完: every visit has an outcome."""
    visit, form = visit_for(current_user, visit_id), FinishForm()
    if form.validate_on_submit():
        with taking(form):
            actions.finish(visit, current_user, form.outcome.data, form.case_no.data or "", form.note.data or "")
            return go_to(url_for("hall.visits"))
    return page("hall/finish.html", "content", form=form, visit=visit, ticket=ticket(visit),
                reason=why_not(visit, "finish", current_user))  # fmt: skip


@pages.get("/hall/<centre>")
@open_to_all
def display(centre: str):
    """The wall: numbers and windows, nothing of a person. Reloads itself."""
    place = _service_centre(centre)
    answer = page("hall/display.html", place=place, called=called_last(place.id), waiting=waiting(place.id),
                  desks=directory().desks, ticket=ticket)  # fmt: skip
    answer.headers["Refresh"] = "10"
    return answer


@pages.get("/kiosk")
@open_to_all
def kiosk():
    """The machine by the door. `?centre=` says whose door; without it the number asks for it. It forgets whoever was here."""
    if not current_user.is_authenticated:
        session.clear()
    form = _kiosk_form()
    return _at_the_door(form, request.args.get("taken", "")[:8])


@pages.post("/kiosk")
@open_to_all
@limiter.limit("30 per minute")
def take_ticket():
    """取号 by oneself."""
    form = _kiosk_form()
    if form.validate_on_submit():
        with taking(form):
            made = actions.take_ticket(current_user, form.centre_id.data, form.item_code.data or None, form.priority.data)
            return go_to(still_big(url_for("hall.kiosk", taken=ticket(made))))
    return _at_the_door(form)


def _at_the_door(form: KioskForm, taken: str = ""):
    here = at_kiosk() if at_kiosk() in doors() else ""
    return page("hall/kiosk.html", form=form, taken=taken, here=here)


def doors() -> dict[str, str]:
    """The centres by whose door a machine may stand."""
    return {one.id: one.name for one in offices() if one.kind == "service_centre"}


def _kiosk_form() -> KioskForm:
    form = _with_items(KioskForm(centre_id=at_kiosk()))
    form.centre_id.choices = [("", _("请选择")), *doors().items()]
    return form


def _with_items(form):
    form.item_code.choices = [("", _("还没想好，到窗口说")), *((one.code, one.name) for one in items())]
    return form


def _centre() -> str:
    if not current_user.centre_id:
        raise NotThere(_("您的岗位不在任何中心，没有叫号。"))
    return current_user.centre_id


def _service_centre(centre_id: str):
    place = directory().offices.get(centre_id)
    if place is None or place.kind != "service_centre" or place.closed:
        raise NotThere(_("没有这个中心。"))
    return office(centre_id)
