"""The supervisor's screen: numbers that open lists, the register, statistics, the second-trip meter, exports."""

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.moments import today
from app.oversight import register as book
from app.oversight import statistics as figures
from app.oversight import trips as second
from app.oversight import watch as watching
from app.oversight.asked import Asked, choices_for, read, staff
from app.oversight.charts import chart_of, heat
from app.oversight.watch import WATCHES, counts
from app.people.find import office
from app.people.guard import needs
from app.people.scope import sees
from app.people.upkeep import backup_warning
from app.refusals import NotThere
from app.web.fragments import page

pages = Blueprint("oversight", __name__)


@pages.get("/oversight")
@needs("supervise")
def home():
    """Everything that wants a look, in the own street or city."""
    asked = read(request.args, current_user)
    return page("oversight/home.html", watches=WATCHES, counts=counts(current_user, asked),
                warning=backup_warning() if sees(current_user).kind == "city" else "", **_frame(asked))  # fmt: skip


@pages.get("/oversight/<name>")
@needs("supervise")
def watch(name: str):
    if name not in WATCHES:
        raise NotThere(_("没有这个清单。"))
    asked = read(request.args, current_user)
    rows, after = watching.lines(current_user, name, asked, request.args.get("after", "")[:80])
    return page(
        "oversight/list.html", name=name, watch=WATCHES[name], watches=WATCHES, office=office, after=after, rows=rows,
        counts=counts(current_user, asked), light_of=watching.light_of, **_frame(asked),
    )  # fmt: skip


@pages.get("/oversight/register")
@needs("supervise")
def register():
    """台账 of a day, a month, any period."""
    asked, after = read(request.args, current_user), request.args.get("after", "")
    after = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    rows, more = book.page(current_user, asked, today(), after)
    return page("oversight/register.html", heads=book.HEADS, rows=rows, after=more, asked_after=after,
                summary=book.summary(current_user, asked, today()), **_frame(asked))  # fmt: skip


@pages.get("/oversight/statistics")
@needs("supervise")
def statistics():
    asked = read(request.args, current_user)
    sheets = {name: make(current_user, asked) for name, make in figures.SHEETS.items()}
    return page("oversight/statistics.html", on_time=figures.on_time(current_user, asked), sheets=sheets,
                charts=_drawn(sheets), heat={"hours": heat(sheets["hours"])}, **_frame(asked))  # fmt: skip


@pages.get("/oversight/trips")
@needs("supervise")
def trips():
    """二次跑动: who had to come again, and why."""
    asked = read(request.args, current_user)
    found = second.meter(current_user, asked)
    sheets = {"trips": second.causes(current_user, asked, found), "worst-lines": second.worst(current_user, asked)}
    return page("oversight/trips.html", meter=found, sheets=sheets, charts=_drawn(sheets), **_frame(asked))


def _drawn(sheets: dict) -> dict:
    return {name: chart_of(sheet) for name, sheet in sheets.items()}


def _frame(asked: Asked) -> dict:
    """What every page of this room shows: the scope, the filters, where else one may go."""
    return {"asked": asked, "choices": choices_for(current_user), "people": staff(asked), "scope": _scope(), "here": places_here(asked)}


def places_here(asked: Asked) -> list[tuple[str, str, str]]:
    """The pages of this room with what was asked for carried along: address, word, endpoint."""
    return [(url_for("oversight.home", **asked.address), _("一屏"), "oversight.home"),
            (url_for("oversight.register", **asked.period), _("台账"), "oversight.register"),
            (url_for("oversight.statistics", **asked.period), _("统计"), "oversight.statistics"),
            (url_for("oversight.trips", **asked.period), _("二次跑动"), "oversight.trips"),
            (url_for("oversight.openings"), _("查看记录"), "oversight.openings"),
            (url_for("oversight.exports"), _("导出"), "oversight.exports")]  # fmt: skip


def _scope() -> str:
    if current_user.office_kind == "agency":
        return _("全市")
    return office(current_user.office_id).name
