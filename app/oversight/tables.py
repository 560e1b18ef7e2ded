"""Every table of the supervisor by its name: what an export takes, whole."""

from collections.abc import Callable
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.moments import today
from app.oversight import register, statistics, trips, watch
from app.oversight.asked import Asked
from app.oversight.sheets import Sheet
from app.people.find import office
from app.web.masking import mask_applicant
from app.web.words import light_word


class Table(NamedTuple):
    """`count` says beforehand how many rows there will be, where there may be many."""

    sheet: Callable
    count: Callable | None = None


LINE_HEADS = (_l("期限"), _l("灯"), _l("编号"), _l("事项"), _l("申请人"), _l("交接单"), _l("单位"))


def of_watch(name: str) -> Table:
    def sheet(by, asked: Asked) -> Sheet:
        rows = (
            (_due(line), light_word(watch.light_of(line)), line.case_no, line.item_name,
             mask_applicant(line.applicant_name, line.applicant_kind), line.slip_no, office(line.office_id).name)
            for line in watch.every_line(by, name, asked)
        )  # fmt: skip
        return Sheet(name, str(watch.WATCHES[name].word), LINE_HEADS, rows)

    return Table(sheet, lambda by, asked: watch.counts(by, asked)[name])


def _due(line: watch.Line):
    """A day, sortable; with a word where it is tentative."""
    return _("%(day)s 暂定", day=line.due_on.isoformat()) if line.tentative and line.due_on else line.due_on or line.since


TABLES: dict[str, Table] = {name: of_watch(name) for name in watch.WATCHES} | {
    "register": Table(lambda by, asked: register.sheet(by, asked, today()), register.count),
    "trips": Table(trips.causes),
    "worst-lines": Table(lambda by, asked: trips.worst(by, asked, None)),
    **{name: Table(sheet) for name, sheet in statistics.SHEETS.items()},
}


def title_of(name: str) -> str:
    """Of the file, before its rows are asked for."""
    if name in watch.WATCHES:
        return str(watch.WATCHES[name].word)
    return {
        "register": _("台账"), "trips": _("再来一趟的原因"), "worst-lines": _("最常要补的材料"), "on-time": _("按时办结率"),
        "links": _("各环节用时（小时）"), "hours": _("收件的时段"), "items": _("各事项收件量"), "satisfaction": _("好差评"),
    }[name]  # fmt: skip
