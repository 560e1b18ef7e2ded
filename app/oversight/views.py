"""The supervisor's screen: numbers that open lists, the register, statistics, the second-trip meter, exports."""

from flask import Blueprint, request
from flask_babel import gettext as _
from markupsafe import Markup

from app.moments import today
from app.oversight import register as book
from app.oversight import statistics as figures
from app.oversight import trips as second
from app.oversight import watch as watching
from app.oversight.asked import Asked, choices_for, read, staff
from app.oversight.charts import chart_of, heat
from app.oversight.watch import WATCHES, counts
from app.people.find import office
from app.people.guard import needs, person_here
from app.people.scope import sees
from app.people.settings import version
from app.people.upkeep import backup_warning
from app.refusals import NotThere
from app.web.fragments import address, page
from app.web.lines import written

pages = Blueprint("oversight", __name__)


@pages.get("/oversight")
@needs("supervise")
def home():
    """Everything that wants a look, in the own street or city."""
    by = person_here()
    asked = read(request.args, by)
    return page("oversight/home.html", watches=WATCHES, counts=counts(by, asked),
                warning=backup_warning() if sees(by).kind == "city" else "", **_frame(by, asked))  # fmt: skip


@pages.get("/oversight/<name>")
@needs("supervise")
def watch(name: str):
    if name not in WATCHES:
        raise NotThere(_("没有这个清单。"))
    by = person_here()
    asked = read(request.args, by)
    rows, after = watching.lines(by, name, asked, request.args.get("after", "")[:80])
    return page(
        "oversight/list.html", name=name, watch=WATCHES[name], watches=WATCHES, office=office, after=after, rows=rows,
        counts=counts(by, asked), light_of=watching.light_of, **_frame(by, asked),
    )  # fmt: skip


@pages.get("/oversight/register")
@needs("supervise")
def register():
    """台账 of a day, a month, any period."""
    by = person_here()
    asked, after = read(request.args, by), request.args.get("after", "")
    after = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    rows, more = book.page(by, asked, today(), after)
    return page("oversight/register.html", heads=book.HEADS, rows=rows, after=more, asked_after=after,
                summary=book.summary(by, asked, today()), **_frame(by, asked))  # fmt: skip


@pages.get("/oversight/statistics")
@needs("supervise")
def statistics():
    by = person_here()
    asked = read(request.args, by)
    sheets = {name: make(by, asked) for name, make in figures.SHEETS.items()}
    return page("oversight/statistics.html", on_time=figures.on_time(by, asked), sheets=sheets,
                charts=_drawn(sheets), heat={"hours": heat(sheets["hours"])}, **_frame(by, asked))  # fmt: skip


@pages.get("/oversight/trips")
@needs("supervise")
def trips():
    """二次跑动: who had to come again, and why."""
    by = person_here()
    asked = read(request.args, by)
    found = second.meter(by, asked)
    sheets = {"trips": second.causes(by, asked, found), "worst-lines": second.worst(by, asked)}
    return page("oversight/trips.html", meter=found, sheets=sheets, charts=_drawn(sheets), **_frame(by, asked))


def _drawn(sheets: dict) -> dict:
    return {name: chart_of(sheet) for name, sheet in sheets.items()}


def _frame(by, asked: Asked) -> dict:
    """What every page of this room shows: the scope, the filters, where else one may go."""
    return {"asked": asked, "choices": _choices(by, asked), "people": staff(asked), "scope": _scope(by), "here": places_here(asked)}


def _choices(by, asked: Asked) -> Markup:
    choices, chosen = choices_for(by), asked.address
    key = (sees(by).kind == "city", by.street_id, *chosen.items())
    eyes = (version("organisation"), version("catalogue"))
    return written("oversight/_choices.html", eyes, [(key, key)], lambda _key: (choices, chosen))


def places_here(asked: Asked) -> list[tuple[str, str, str]]:
    """The pages of this room with what was asked for carried along: address, word, endpoint."""
    return [(address("oversight.home", **asked.address), _("一屏"), "oversight.home"),
            (address("oversight.register", **asked.period), _("台账"), "oversight.register"),
            (address("oversight.statistics", **asked.period), _("统计"), "oversight.statistics"),
            (address("oversight.trips", **asked.period), _("二次跑动"), "oversight.trips"),
            (address("oversight.openings"), _("查看记录"), "oversight.openings"),
            (address("oversight.exports"), _("导出"), "oversight.exports")]  # fmt: skip


def _scope(by) -> str:
    if by.office_kind == "agency":
        return _("全市")
    return office(by.office_id).name
