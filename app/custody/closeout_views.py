"""日清, page by page: count blind, explain, sign; the leader's list; the record."""

from datetime import timedelta

from flask import request, url_for
from flask_login import current_user
from sqlalchemy import select

from app.custody import closeout
from app.custody.drawer import groups
from app.custody.forms import CloseForm, CountDrawerForm, SignForm
from app.custody.models import CloseOut
from app.custody.views import pages
from app.extensions import db
from app.moments import today
from app.people.guard import needs, staff_only
from app.web.forms import taking
from app.web.fragments import go_to, page
from app.web.text import clean, narrow

MOST = 50


@pages.get("/close-out")
@pages.post("/close-out")
@staff_only
def close_out():
    """First the count, blind; once counted, what it is held against."""
    mine = closeout.drawer_of(current_user)
    row, form = closeout.record_of(mine, today()), CountDrawerForm()
    again = "again" in request.args
    if form.validate_on_submit():
        with taking(form):
            counted = {group.key: _number(request.form.get(f"count_{group.key}")) for group in groups(mine)}
            closeout.count(current_user, counted, form.others.data or "")
            return go_to(url_for("custody.close_out"))
    if row is not None and not (again and row.state == "counted") and not form.is_submitted():
        return _explain(row, SignForm(formdata=None))
    return page("custody/close_out.html", "content", form=form, groups=groups(mine), typed=request.form,
                place=closeout.place_name(*mine), today=today())  # fmt: skip


@pages.get("/close-out/sign")
@pages.post("/close-out/sign")
@staff_only
def sign_close_out():
    row, form = closeout.record_of(closeout.drawer_of(current_user), today()), SignForm()
    if row is None:
        return go_to(url_for("custody.close_out"))
    if form.validate_on_submit():
        with taking(form):
            reasons = {key: clean(request.form.get(f"reason_{key}", ""))[:300] for key, _what in closeout.to_explain(row)}
            signed = closeout.sign(current_user, reasons)
            return go_to(url_for("custody.closed", record_id=signed.id))
    return _explain(closeout.record_of(closeout.drawer_of(current_user), today()), form)


@pages.get("/close-outs")
@needs("supervise")
def close_outs():
    """The evenings that wait for the leader's signature, and those of the last days."""
    rows = db.session.scalars(
        select(CloseOut).where(CloseOut.office_id.in_(closeout.watched_offices(current_user)),
                               CloseOut.day >= today() - timedelta(days=31))
        .order_by(CloseOut.day.desc(), CloseOut.id.desc()).limit(4 * MOST)
    ).all()  # fmt: skip
    return page("custody/close_outs.html", waiting=[row for row in rows if row.state == "signed"], rows=rows,
                place=closeout.place_name, words=closeout.STATE_WORDS, differences=closeout.differences)  # fmt: skip


@pages.get("/close-outs/<int:record_id>")
@pages.post("/close-outs/<int:record_id>")
@staff_only
def closed(record_id: int):
    """One record; the leader signs here."""
    row, form = closeout.record_for(current_user, record_id), CloseForm()
    if form.validate_on_submit():
        with taking(form):
            closeout.close(row, current_user, form.remark.data or "")
            return go_to(url_for("custody.closed", record_id=record_id))
    reason = closeout.why_not_close(row, current_user) if row.state == "signed" else None
    return page("custody/closed.html", "content", form=form, row=row, reason=reason, words=closeout.STATE_WORDS,
                differences=closeout.differences(row), place=closeout.place_name(row.office_id, row.desk_id),
                sheet=closeout.sheet_no(row))  # fmt: skip


def _explain(row, form):
    """What the count is held against, and room for the reasons."""
    if row.state != "counted":
        return go_to(url_for("custody.closed", record_id=row.id))
    return page("custody/close_out_sign.html", "content", form=form, row=row, differences=closeout.differences(row),
                explain=closeout.to_explain(row), typed=request.form, titles=closeout.OPEN_WORDS,
                place=closeout.place_name(row.office_id, row.desk_id))  # fmt: skip


def _number(typed: str | None) -> int | None:
    text = narrow(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
