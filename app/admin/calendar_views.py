"""The calendar: layers, a year at a time. Whatever changes is shown first, with every open case whose date it moves."""

from datetime import date
from itertools import islice
from time import monotonic

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields import SelectChoice

from app.admin import calendar_actions as actions
from app.admin.calendar_forms import NoticeForm, SaveForm, YearForm
from app.admin.views import pages
from app.calendar.days import LOCAL, NATIONAL
from app.calendar.models import CalendarDay, CalendarYear
from app.calendar.proposal import Proposal, with_days, written, year_of
from app.calendar.read import read_calendar
from app.calendar.version import stand
from app.calendar.yamlfile import BrokenFile
from app.cases.recompute import preview, recompute_open
from app.extensions import db
from app.moments import today
from app.people.guard import needs
from app.queues.story import CLOCKS
from app.refusals import NotThere
from app.web.forms import taking
from app.web.fragments import go_to, page

MOST = 200  # rows of a preview
PATIENCE = 3.0  # seconds that a page works on open cases; the worker goes on


@pages.get("/calendar")
@needs("calendar", "read_audit")
def calendar():
    """Each layer with its years; a year without a notice is tentative."""
    rows = db.session.scalars(db.select(CalendarYear).order_by(CalendarYear.year.desc()))
    years = {(row.layer, row.year): row for row in rows}
    days = db.session.execute(db.select(CalendarDay.layer, CalendarDay.day, CalendarDay.kind)).all()
    counts: dict[tuple, int] = {}
    for layer, day, _kind in days:
        counts[layer, day.year] = counts.get((layer, day.year), 0) + 1
    soon = range(today().year - 1, today().year + 2)
    numbers = sorted({year for _layer, year in years} | set(soon), reverse=True)
    return page("admin/calendar.html", layers=_layers(), numbers=numbers, years=years, counts=counts, stands=stand())


@pages.get("/calendar/<layer>/<int:year>")
@pages.post("/calendar/<layer>/<int:year>")
@needs("calendar")
def calendar_year(layer: str, year: int):
    """The days of a year; adding or taking away some leads to the preview."""
    name, stands, form = _layer_name(layer), _year(layer, year), YearForm()
    form.gone.choices = [SelectChoice(day.isoformat(), day.isoformat()) for day in (*stands.rest(), *stands.work)]
    if request.method == "GET":
        form.source.data, form.provisional.data = stands.source, stands.provisional
    if form.validate_on_submit() and form.fits(year):
        changed = stands.model_copy(update={"source": form.source.data or None, "provisional": form.provisional.data})
        if form.first.data:
            last = form.last.data or form.first.data
            changed = with_days(changed, form.first.data, last, form.kind.data or "", form.name.data or "")
        for day in map(date.fromisoformat, form.gone.data or ()):
            changed = with_days(changed, day, day, "", "")
        with _reading(form):
            return _preview(written(layer, year, changed))
    return page("admin/calendar_year.html", form=form, name=name, layer=layer, year=year, days=stands)


@pages.get("/calendar/notice")
@pages.post("/calendar/notice")
@needs("calendar")
def calendar_notice():
    """A year's notice, pasted or as a file, in the form of calendar.yaml."""
    form = NoticeForm()
    if form.validate_on_submit():
        with _reading(form):
            return _preview(form.given())
    return page("admin/calendar_notice.html", form=form, sample=written(NATIONAL, today().year, _year(NATIONAL, today().year)))


@pages.post("/calendar/save")
@needs("calendar")
def save_calendar():
    """Save what was previewed, if the calendar is still the one it was previewed against; then recompute."""
    form = SaveForm()
    if not form.validate_on_submit():
        return go_to(url_for("admin.calendar"))
    number = actions.save_calendar(current_user, form.text.data, form.stands.data)
    until, moved = monotonic() + PATIENCE, 0
    for _one in recompute_open(current_user):
        moved += 1
        if monotonic() > until:
            break
    rest = _("其余的由后台接着重算。") if stand().pending else ""
    flash(_("日历第 %(n)s 版已启用，%(moved)s 个期限已重算并记入日志。", n=number, moved=moved) + rest)
    return go_to(url_for("admin.calendar"))


def _preview(text: str):
    """What would change, and for whom; with the button that saves exactly this."""
    read = read_calendar(_("通知"), text)
    actions.known_centres(read)
    proposal = Proposal(read)
    changes, since = proposal.changes(), proposal.since()
    moved, more = _moved(proposal, since) if since else ([], False)
    form = SaveForm(formdata=None, text=text, stands=stand().digest or "")
    return page(
        "admin/calendar_preview.html", form=form, changes=changes, published=proposal.published(), moved=moved, more=more,
        names={name: _layer_name(name) for name in {change.layer for change in changes}}, clocks=CLOCKS,
    )  # fmt: skip


def _moved(proposal: Proposal, since: date) -> tuple[list, bool]:
    """At most MOST rows and a few seconds; whether there may be more."""
    until, found = monotonic() + PATIENCE, []
    for one in islice(preview(proposal.calendar_for(), since), MOST + 1):
        found.append(one)
        if monotonic() > until:
            return found[:MOST], True
    return found[:MOST], len(found) > MOST


class _reading:  # noqa: N801 - with _reading(form):
    """What is wrong with the text, said above the form that brought it: line, field, what would be right."""

    def __init__(self, form):
        self.form, self.taking = form, taking(form)

    def __enter__(self):
        self.taking.__enter__()

    def __exit__(self, kind, problem, trace):
        if isinstance(problem, BrokenFile):
            self.form.form_errors.extend(problem.problems[:20])
            return True
        return self.taking.__exit__(kind, problem, trace)


def _layers() -> list[tuple[str, str]]:
    return [(NATIONAL, _("全国")), (LOCAL, _("本地（州）")), *actions.centres().items()]


def _layer_name(layer: str) -> str:
    name = dict(_layers()).get(layer)
    if name is None:
        raise NotThere(_("没有这一层日历。"))
    return name


def _year(layer: str, year: int):
    if not 1986 <= year <= 2100:
        raise NotThere(_("没有这一年的日历。"))
    return year_of(layer, year)


