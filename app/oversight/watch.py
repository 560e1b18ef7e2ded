"""What a supervisor watches: each number with the list behind it (lists.py), within the own street or the whole city."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, case, func, or_, select, text, tuple_

from app.calendar.version import stand
from app.cases import figures
from app.cases.lights import BLACK, RED, YELLOW, light_of_dates
from app.cases.models import Case, Figure, Task
from app.extensions import db, read_rows
from app.feedback.rectifying import rectify_by
from app.moments import CST, now, today
from app.oversight.asked import Asked, cases
from app.oversight.lists import AGED, OPEN_TASK, QUERIES, shown
from app.people.scope import sees
from app.people.settings import remembered

MOST = 50  # rows of a page
NOBODY_ASKED = Asked()
# In the words of the partial index, so that both databases recognise it.
_LIT = text('"case".yellow_on is not null')


class Line(NamedTuple):
    """One line of a list; a slip when `slip_no` is set, and then `case_no` is the first case on it."""

    key: object  # what the list is sorted by, and an id behind it: together the cursor
    id: int
    case_no: str = ""
    item_name: str = ""
    applicant_name: str = ""
    applicant_kind: str = ""
    office_id: str = ""
    due_on: date | None = None
    tentative: bool = False
    yellow_on: date | None = None
    legal_on: date | None = None
    since: datetime | None = None
    slip_no: str = ""
    note: str = ""
    centre_id: str = ""

    @property
    def cursor(self) -> str:
        return f"{self.key.isoformat()}~{self.id}"


class Watch(NamedTuple):
    word: str
    about: str  # what appears in the list
    light: str | None = None
    slips: bool = False
    by_moment: bool = False  # sorted by a moment, not by a day


WATCHES = {
    "today": Watch(_l("今天到期"), _l("今天必须办出结果的办件。")),
    "yellow": Watch(_l("临期"), _l("只剩一个工作日，或只剩五分之一期限的办件。"), YELLOW),
    "red": Watch(_l("超期"), _l("超过承诺期限还没有办完的办件。"), RED),
    "black": Watch(_l("超法定"), _l("超过法定期限还没有办完的办件。"), BLACK),
    "tolerant": Watch(_l("容缺待补"), _l("容缺受理后材料还没有补齐的办件。")),
    "lapsed": Watch(_l("补正逾期待确认"), _l("补正期限已过、等值班长确认视为撤回的办件。")),
    "unclaimed": Watch(_l("待认领超过一天"), _l("材料已到、超过一天没有人认领的任务。"), by_moment=True),
    "transit": Watch(_l("在途超过一天"), _l("交出超过一天还没有接收的交接单。"), slips=True, by_moment=True),
    "discrepancy": Watch(_l("交接差异"), _l("清点少件、还没有处理完的交接单。"), slips=True, by_moment=True),
    "undelivered": Watch(_l("送达超期"), _l("作出决定后超过十个工作日还没有送达的办件。")),
    "uncollected": Watch(_l("待领取"), _l("已经备好、申请人还没有来领的结果，最早的在前。")),
    "rated": Watch(_l("差评待整改"), _l("评为不满意、还没有整改并回访的办件。"), by_moment=True),
    "orders": Watch(_l("督办未答复"), _l("发出催办、督办后单位还没有答复的。")),
    "whistles": Watch(_l("吹哨未回告"), _l("街道吹哨后部门还没有到场回告的。")),
}
LIGHTS = ("today", YELLOW, RED, BLACK)
KEPT = ("tolerant", "lapsed", "undelivered", "uncollected")  # kept as they are; `unclaimed` but for its last day
WIDE = ("city", "street", "centre")


def counts(by, asked: Asked = NOBODY_ASKED) -> dict[str, int]:
    """How many stand behind each watch, in two questions. What steps keep up is read; what few are, and what only a
    narrower filter asks for, is counted."""
    kept = sees(by).kind in WIDE and not (asked.department or asked.item or asked.person)
    found = _kept(by, asked) if kept else _lights(by, asked)
    for name, number in read_rows(_counting(by, asked, kept), _day_ago()).one()._asdict().items():
        found[name] = found.get(name, 0) + number
    return {name: found[name] for name in WATCHES}


def _counting(by, asked: Asked, kept: bool) -> Select:
    """One question for all the numbers that are not kept; put together once a day for each scope and filter."""
    made = remembered("organisation", _shelf)
    key = (today(), sees(by), by.office_id, by.may("handover"), asked[:4], kept)
    if key in made:
        return made[key]
    if len(made) > 200:
        made.clear()
    counted = {name: query(by, asked) for name, query in QUERIES.items() if not kept or name not in KEPT}
    if kept:  # its last day; for the whole city no case need be looked at
        rows = counted["unclaimed"] if sees(by).kind != "city" or asked.centre else select(Task.id).where(OPEN_TASK, AGED)
        counted["unclaimed"] = rows.where(Task.opened_at >= _yesterday())
    numbers = [
        select(func.count()).select_from(query.order_by(None).subquery()).scalar_subquery().label(name)
        for name, query in counted.items()
    ]
    made[key] = select(*numbers)
    return made[key]


def _shelf() -> dict:
    """Questions by what they ask; a new one for each version of the organisation, whose offices stand in them."""
    return {}


def _day_ago() -> dict:
    """What the questions are given with each asking: the moment that is a day ago."""
    return {"day_ago": now() - timedelta(days=1)}


def lines(by, name: str, asked: Asked = NOBODY_ASKED, after: str = "") -> tuple[list[Line], str | None]:
    """One page of the list behind a watch, the most urgent first, and the cursor of the next page."""
    rows = _rows(by, name, asked)
    cursor = read_cursor(after, WATCHES[name].by_moment)
    if cursor:
        columns = rows.selected_columns
        rows = rows.where(tuple_(columns["key"], columns["id"]) > tuple_(*cursor))
    found = [Line(**row._asdict()) for row in db.session.execute(rows.limit(MOST + 1), _day_ago())]
    shown, more = list(_dated(found[:MOST])), found[MOST:]
    return shown, shown[-1].cursor if more else None


def every_line(by, name: str, asked: Asked = NOBODY_ASKED) -> Iterator[Line]:
    """The whole list, for an export."""
    rows = db.session.execute(_rows(by, name, asked).execution_options(yield_per=500), _day_ago())
    yield from _dated(Line(**row._asdict()) for row in rows)


def _dated(found: Iterable[Line]) -> Iterator[Line]:
    """With the date by which a bad rating must be put right."""
    stands = stand()
    for line in found:
        until = rectify_by(line.since, line.centre_id, stands) if line.centre_id else None
        yield line._replace(due_on=until.on, tentative=until.tentative) if until else line


def light_of(line: Line) -> str | None:
    return light_of_dates(line.due_on, line.yellow_on, line.legal_on, today())


def read_cursor(after: str, by_moment: bool) -> tuple | None:
    """(day or moment, id) from the address; anything that is not a cursor is the first page."""
    key, _mark, number = after.partition("~")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    try:
        if not by_moment:
            return date.fromisoformat(key), int(number)
        moment = datetime.fromisoformat(key)
        return (moment, int(number)) if moment.tzinfo else None
    except ValueError:
        return None


# ── lights: by the days on which they change ─────────────────────────────────────────────────────────────────────


def _rows(by, name: str, asked: Asked) -> Select:
    if name not in LIGHTS:
        rows = QUERIES[name](by, asked)
        columns = rows.selected_columns
        return rows.order_by(columns["key"], columns["id"])
    rows = select(*shown(), Case.yellow_on, Case.legal_on).where(*cases(by, asked), _LIT, _alight()[name])
    return rows.order_by(Case.due_on, Case.id)


def _alight() -> dict:
    """For each light the cases that show it today."""
    day = today()
    lawful = or_(Case.legal_on.is_(None), Case.legal_on >= day)
    return {
        "today": Case.due_on == day,
        YELLOW: and_(Case.due_on >= day, Case.yellow_on <= day, lawful),
        RED: and_(Case.due_on < day, lawful),
        BLACK: and_(Case.due_on < day, Case.legal_on < day),
    }


def _lights(by, asked: Asked) -> dict[str, int]:
    """Counted one by one."""
    sums = [func.coalesce(func.sum(case((shown, 1), else_=0)), 0).label(name) for name, shown in _alight().items()]
    return db.session.execute(select(*sums).where(*cases(by, asked), _LIT)).one()._asdict()


def _kept(by, asked: Asked) -> dict[str, int]:
    """As the steps have kept it up (cases/figures.py): sums over changes up to today, in one question."""
    scope, later = sees(by), Figure.day > today()
    rows = select(Figure.name, later, func.sum(Figure.number)).where(Figure.day <= today() + figures.ONE_DAY)
    if scope.kind == "street":
        rows = rows.where(Figure.street_id == scope.value)
    for centre in filter(None, (asked.centre, scope.value if scope.kind == "centre" else "")):
        rows = rows.where(Figure.centre_id == centre)
    sums = {(name, bool(after)): number for name, after, number in db.session.execute(rows.group_by(Figure.name, later))}
    lit, due, legal = (sums.get((name, False), 0) for name in (figures.LIT, figures.DUE, figures.LEGAL))
    lights = {"today": sums.get((figures.DUE, True), 0), YELLOW: lit - due, RED: due - legal, BLACK: legal}
    return lights | {name: sums.get((name, False), 0) for name in (*KEPT, "unclaimed")}


def _yesterday() -> datetime:
    return datetime.combine(today() - timedelta(days=1), time(), CST)
