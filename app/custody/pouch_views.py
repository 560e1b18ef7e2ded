"""Packing with the scanner, seals, and pouches inside pouches: small steps of the page of a slip."""

from flask import flash, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.custody import actions, lists, scanning
from app.custody.forms import PouchForm, ScanCaseForm, SealForm, SettleForm
from app.custody.settling import WAYS
from app.custody.slips import why_not
from app.custody.views import back, pages, show, try_step
from app.people.find import office
from app.people.guard import staff_only
from app.web.forms import ConfirmForm, taking
from app.web.fragments import page


@pages.get("/slips/<slip_no>/scan")
@pages.post("/slips/<slip_no>/scan")
@staff_only
def scan(slip_no: str):
    """One scan puts what is awaited of a case onto this slip; the field is ready for the next."""
    found, form = lists.slip_for(current_user, slip_no), ScanCaseForm()
    if form.validate_on_submit():
        with taking(form):
            case = case_for(current_user, form.case_no.data.split("-")[0])
            scanning.scan_onto(found, current_user, case)
            flash(_("已装上 %(no)s 的材料。", no=case.case_no))
            return back(found)
    return show(found, form)


@pages.get("/slips/<slip_no>/seal")
@pages.post("/slips/<slip_no>/seal")
@staff_only
def seal(slip_no: str):
    found, form = lists.slip_for(current_user, slip_no), SealForm()
    return try_step(found, form, lambda: actions.seal(found, current_user, form.pouch_no.data or "", form.seal_no.data or ""))


@pages.get("/slips/<slip_no>/pouches")
@pages.post("/slips/<slip_no>/pouches")
@staff_only
def add_pouch(slip_no: str):
    """Put a sealed slip into this one."""
    found, form = lists.slip_for(current_user, slip_no), PouchForm()
    form.inner_id.choices = [(str(one.id), one.slip_no) for one in lists.loadable(found)]
    return try_step(found, form, lambda: actions.add_pouch(found, current_user, int(form.inner_id.data)))


@pages.get("/slips/<slip_no>/pouches/<int:inner_id>/remove")
@pages.post("/slips/<slip_no>/pouches/<int:inner_id>/remove")
@staff_only
def remove_pouch(slip_no: str, inner_id: int):
    found = lists.slip_for(current_user, slip_no)
    return try_step(found, ConfirmForm(), lambda: actions.remove_pouch(found, current_user, inner_id))


@pages.get("/slips/<slip_no>/pouches/<int:inner_id>/settle")
@pages.post("/slips/<slip_no>/pouches/<int:inner_id>/settle")
@staff_only
def settle_pouch(slip_no: str, inner_id: int):
    """What became of a pouch that was not there."""
    found, form = lists.slip_for(current_user, slip_no), SettleForm()
    line = next((line for line in lists.pouch_lines(found) if line.inner_id == inner_id), None)
    if form.validate_on_submit():
        with taking(form):
            actions.settle_pouch(found, current_user, inner_id, form.how.data, form.note.data)
            return back(found)
    if why_not(found, "settle", current_user) or line is None or line.found is not False or line.settled:
        return show(found)
    what = _("封袋 %(no)s", no=line.slip_no)
    address = url_for("custody.settle_pouch", slip_no=found.slip_no, inner_id=inner_id)
    return page("custody/settle.html", "content", form=form, slip=found, line=line, what=what, address=address, office=office,
                ways=WAYS)  # fmt: skip


@pages.get("/slips/<slip_no>/go-along")
@pages.post("/slips/<slip_no>/go-along")
@staff_only
def go_along(slip_no: str):
    """随班走: into the pouch for the next station of its way."""
    found, form = lists.slip_for(current_user, slip_no), ConfirmForm()
    if form.validate_on_submit():
        with taking(form):
            return back(scanning.go_along(found, current_user))
    return show(found, form)
