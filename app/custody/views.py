"""Slips and papers: pack, send, take, settle; what lies here and since when."""

from itertools import groupby

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.cases.standing import Standing
from app.custody import actions, lists, watch
from app.custody.forms import (
    CountForm,
    PackForm,
    PapersForm,
    ReturnForm,
    ScanCaseForm,
    ScanForm,
    SealForm,
    SendForm,
    SettleForm,
)  # fmt: skip
from app.custody.scanning import legs_in_words, next_run, pack_case
from app.custody.settling import WAYS
from app.custody.slips import STATE_WORDS, why_not
from app.custody.where import SHEET_NO
from app.moments import now, today
from app.people.find import office, offices, staff_of
from app.people.guard import staff_only
from app.web.forms import ConfirmForm, taking
from app.web.fragments import go_to, page
from app.web.steps import step_page
from app.web.text import clean

pages = Blueprint("custody", __name__, url_prefix="/desk")


@pages.get("/slips")
@pages.post("/slips")
@staff_only
def slips():
    """All open slips of mine. One scan takes a whole slip, or packs what is awaited of a case."""
    form = ScanForm()
    if form.validate_on_submit():
        with taking(form):
            return _scanned(form.slip_no.data)
    rows, here = lists.open_slips(current_user), current_user.office_id
    groups = {
        "coming": [row for row in rows if row.state == "sent" and row.to_office_id == here],
        "passing": [row for row in rows if row.state == "sent" and row.at_office_id == here != row.to_office_id],
        "packing": [row for row in rows if row.state == "packing" and row.from_office_id == here],
        "away": [row for row in rows if row.state == "sent" and row.from_office_id == here],
        "discrepancy": [row for row in rows if row.state == "discrepancy"],
        "others": [row for row in rows if here not in (row.from_office_id, row.to_office_id)
                   and here != row.at_office_id and row.state != "discrepancy"],
    }  # fmt: skip
    wanted = lists.wanted(here)
    ways = {one.office_id: legs_in_words(next_run(here, one.office_id)) for one in wanted}
    return page("custody/slips.html", "content", form=form, groups=groups, wanted=wanted, ways=ways, office=office,
                today=today(), carrying=SendForm(formdata=None))  # fmt: skip


def _scanned(number: str):
    """What the scanner read at the list of slips: a slip number takes over, a case number packs."""
    if named := SHEET_NO.fullmatch("".join(number.split()).upper()):
        made = pack_case(current_user, case_for(current_user, named[1]))
        flash(_("已装上 %(slips)s。", slips="、".join(one.slip_no for one in made)))
        return go_to(url_for("custody.slip", slip_no=made[0].slip_no) if len(made) == 1 else url_for("custody.slips"))
    slip = lists.slip_for(current_user, number)
    actions.take(slip, current_user)
    flash(_("已接收 %(no)s，材料现在由本单位保管。", no=slip.slip_no))
    return go_to(url_for("custody.slip", slip_no=slip.slip_no))


@pages.get("/slips/new")
@pages.post("/slips/new")
@staff_only
def pack():
    """Pick where to, tick what goes along. `?to=` an office, `?case=` one case."""
    here = current_user.office_id
    to, case_no = request.values.get("to", ""), request.values.get("case", "").strip().upper()
    everything = request.values.get("all") == "1"
    papers = lists.packable(here, "" if everything else to, case_no)
    form = PackForm(to_office_id=to or None)
    form.to_office_id.choices = [("", _("请选择")), *((place.id, place.name) for place in offices() if place.id != here)]
    form.material_ids.choices = [(str(paper.id), paper.name) for paper in papers]
    if form.validate_on_submit():
        with taking(form):
            ids = [int(one) for one in form.material_ids.data]
            made = actions.pack(current_user, form.to_office_id.data, ids, form.pouch_no.data, form.seal_no.data)
            return go_to(url_for("custody.slip", slip_no=made.slip_no))
    ticked = set(form.material_ids.data or ()) if form.is_submitted() else None
    return page("custody/pack.html", "content", form=form, cases=_by_case(papers), ticked=ticked, to=to,
                case_no=case_no, everything=everything, wanted=lists.wanted(here), office=office)  # fmt: skip


@pages.get("/slips/<slip_no>")
@staff_only
def slip(slip_no: str):
    return show(lists.slip_for(current_user, slip_no))


@pages.get("/slips/<slip_no>/send")
@pages.post("/slips/<slip_no>/send")
@staff_only
def send(slip_no: str):
    found, form = lists.slip_for(current_user, slip_no), SendForm()
    return try_step(found, form, lambda: actions.send(found, current_user, form.carrier_name.data))


@pages.get("/slips/<slip_no>/take")
@pages.post("/slips/<slip_no>/take")
@staff_only
def take(slip_no: str):
    """The whole slip with one button, or with what is missing ticked."""
    found, form = lists.slip_for(current_user, slip_no), CountForm()
    form.missing_ids.choices = [(str(line.material_id), line.name) for line in lists.lines(found)]
    form.missing_pouches.choices = [(str(line.inner_id), line.slip_no) for line in lists.pouch_lines(found)]
    if form.validate_on_submit():
        with taking(form):
            missing = [int(one) for one in form.missing_ids.data or ()]
            notes = {one: clean(request.form.get(f"note_{one}", ""))[:200] for one in missing}
            gone = [int(one) for one in form.missing_pouches.data or ()]
            actions.take(found, current_user, missing, notes, gone, form.seal_note.data or "")
            return back(found)
    return show(found, form)


@pages.get("/slips/<slip_no>/recall")
@pages.post("/slips/<slip_no>/recall")
@staff_only
def recall(slip_no: str):
    """撤回 what was sent and not yet taken, 作废 what is still being packed."""
    found = lists.slip_for(current_user, slip_no)
    return try_step(found, ConfirmForm(), lambda: actions.recall(found, current_user))


@pages.get("/slips/<slip_no>/add")
@pages.post("/slips/<slip_no>/add")
@staff_only
def add_papers(slip_no: str):
    found, form = lists.slip_for(current_user, slip_no), PapersForm()
    form.material_ids.choices = [(str(paper.id), paper.name) for paper in lists.packable(found.from_office_id)]
    return try_step(found, form, lambda: actions.add_papers(found, current_user, [int(one) for one in form.material_ids.data]))


@pages.get("/slips/<slip_no>/papers/<int:material_id>/remove")
@pages.post("/slips/<slip_no>/papers/<int:material_id>/remove")
@staff_only
def remove_paper(slip_no: str, material_id: int):
    found = lists.slip_for(current_user, slip_no)
    return try_step(found, ConfirmForm(), lambda: actions.remove_paper(found, current_user, material_id))


@pages.get("/slips/<slip_no>/papers/<int:material_id>/settle")
@pages.post("/slips/<slip_no>/papers/<int:material_id>/settle")
@staff_only
def settle(slip_no: str, material_id: int):
    """差异处理, a page of its own: what became of this one paper."""
    found, form = lists.slip_for(current_user, slip_no), SettleForm()
    line = next((line for line in lists.lines(found) if line.material_id == material_id), None)
    if form.validate_on_submit():
        with taking(form):
            actions.settle(found, current_user, material_id, form.how.data, form.note.data)
            return back(found)
    reason = why_not(found, "settle", current_user)
    if reason or line is None or line.found is not False or line.settled:
        return show(found)
    address = url_for("custody.settle", slip_no=found.slip_no, material_id=material_id)
    return page("custody/settle.html", "content", form=form, slip=found, line=line, what=line.name, address=address, office=office)


@pages.get("/papers")
@staff_only
def papers():
    """What lies here, since when, case by case."""
    after = request.args.get("after", 0, int)
    rows = lists.papers_here(current_user.office_id, after, request.args.get("case", "").strip().upper())
    more = rows[lists.MOST - 1].id if len(rows) > lists.MOST else None
    return page("custody/papers.html", cases=_by_case(rows[: lists.MOST]), more=more, after=after, now=now(),
                lists=watch.LISTS, counts=watch.counts(current_user))  # fmt: skip


@pages.get("/cases/<case_no>/return-material")
@pages.post("/cases/<case_no>/return-material")
@staff_only
def return_material(case_no: str):
    case = case_for(current_user, case_no)
    here = [p for p in Standing(case, current_user).papers if p.state == "held" and p.office_id == current_user.office_id]
    form = ReturnForm()
    form.material_ids.choices = [(str(paper.id), paper.name) for paper in here]
    if form.validate_on_submit():
        with taking(form):
            ids = [int(one) for one in form.material_ids.data]
            actions.return_material(case, current_user, ids, form.taken_by.data)
            return go_to(url_for("queues.case", case_no=case_no))
    about = _("逐件退还，领回人在材料退还清单上签字。不勾选的留在本单位。")
    return step_page(case, offer(case, "return_material", current_user), form, about=about)


def try_step(slip, form, step):
    """A small step of the page of a slip: taken when the form is good, else the page again with what is wrong."""
    if form.validate_on_submit():
        with taking(form):
            step()
            return back(slip)
    return show(slip, form)


def show(slip, form=None):
    """The page of a slip, with the form that was just refused, if any."""
    rows, pouches = lists.lines(slip), lists.pouch_lines(slip)
    steps = {name: why_not(slip, name, current_user) for name in ("pack", "send", "take", "recall", "discard", "settle")}
    packing = not steps["pack"]
    return page(
        "custody/slip.html", "content", form=form, slip=slip, lines=rows, pouches=pouches, steps=steps, office=office,
        ways=WAYS, sheets=lists.sheets(slip), state_word=STATE_WORDS[slip.state], today=today(),
        known=lists.visible_ids(current_user, {row.case_id for row in rows}),
        send_form=_own(form, SendForm), count_form=_own(form, CountForm), scan_form=_own(form, ScanCaseForm),
        seal_form=form if isinstance(form, SealForm) else SealForm(formdata=None, obj=slip),
        couriers=_couriers() if not steps["send"] else [],
        more=_by_case(lists.packable(slip.from_office_id, slip.to_office_id)) if packing else [],
        loadable=lists.loadable(slip) if packing and not slip.inside_id else [],
        run=legs_in_words(_way(slip)), outer=lists.slip_no_of(slip.inside_id),
        originals=[row.name for row in rows if row.form == "original"],
    )  # fmt: skip


def _own(form, kind):
    """The form that was just refused when it is of this kind, else an empty one."""
    return form if isinstance(form, kind) else kind(formdata=None)


def _way(slip):
    """What is still before a slip, by the timetable."""
    start = {"packing": slip.from_office_id, "sent": slip.at_office_id}.get(slip.state)
    return next_run(start, slip.to_office_id) if start and start != slip.to_office_id else ()


def _couriers() -> list[str]:
    """Who usually carries from here: the couriers of the own centre and of the city."""
    where = {current_user.centre_id or current_user.office_id, "service_admin"}
    return [user.name for one in sorted(where) if one in {o.id for o in offices()} for user in staff_of(one, "courier")]


def _by_case(rows) -> list[tuple]:
    """[(first row, rows)] a case, in the order of the rows."""
    return [(group[0], group) for group in (list(g) for _no, g in groupby(rows, key=lambda row: row.case_no))]


def back(slip):
    return go_to(url_for("custody.slip", slip_no=slip.slip_no))
