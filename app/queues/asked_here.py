"""What was asked of an office by a supervisor or a street: orders and whistles it has not answered. Core rows only."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import bindparam, null, select, union_all

from app.cases.lights import BLACK, GREEN, RED, YELLOW
from app.cases.models import Case
from app.cases.orders import Supervision, WhistleCall
from app.extensions import read_rows
from app.moments import now, today

MOST = 20


class Asked(NamedTuple):
    """A line above the inbox: what to do next (a step of the case), until when, how urgent."""

    case_no: str
    item_name: str
    word: str
    step: str  # the end of the address
    until: object
    light: str
    text: str


def asked_of(by) -> list[Asked]:
    """The most urgent first. One question, whatever their number."""
    found = [_order(row) if row.kind else _call(row) for row in read_rows(_OPEN, {"office": by.office_id}).all()]
    order = (BLACK, RED, YELLOW, GREEN)
    return sorted(found, key=lambda one: order.index(one.light))[:MOST]


# Orders and whistles are different things with one place on the page: what the one has not is empty in the other.
_case, _o, _w = Case.__table__.c, Supervision.__table__.c, WhistleCall.__table__.c
_OF_ORDER = (_o.kind, _o.reply_by, _o.level, _o.person_name, _o.demand)
_OF_CALL = (_w.sign_by, _w.contact_by, _w.report_by, _w.signed_at, _w.contacted_at, _w.problem)


def _none_of(columns) -> tuple:
    return tuple(null().cast(column.type).label(column.name) for column in columns)


_ORDERS = (
    select(_case.case_no, _case.item_name, *_OF_ORDER, *_none_of(_OF_CALL))
    .select_from(Supervision.__table__.join(Case.__table__, _case.id == _o.case_id))
    .where(_o.office_id == bindparam("office"), _o.replied_at.is_(None)).order_by(_o.reply_by, _o.id).limit(MOST)
)  # fmt: skip
_CALLS = (
    select(_case.case_no, _case.item_name, *_none_of(_OF_ORDER), *_OF_CALL)
    .select_from(WhistleCall.__table__.join(Case.__table__, _case.id == _w.case_id))
    .where(_w.office_id == bindparam("office"), _w.reported_at.is_(None)).order_by(_w.report_by, _w.id).limit(MOST)
)  # fmt: skip
_OPEN = union_all(select(_ORDERS.subquery()), select(_CALLS.subquery()))


def _order(row) -> Asked:
    word = _("督办") if row.kind == "order" else _("催办")
    light = RED if row.reply_by < today() or row.level != "office" else YELLOW if row.reply_by == today() else GREEN
    text = f"{row.person_name}：{row.demand}" if row.person_name else row.demand
    return Asked(row.case_no, row.item_name, word, "reply-supervision", row.reply_by, light, text)


def _call(row) -> Asked:
    word, step, until = _next(row)
    return Asked(row.case_no, row.item_name, word, step, until, _light(until), row.problem)


def _next(row) -> tuple:
    if row.signed_at is None:
        return _("吹哨：请签到"), "whistle-sign", row.sign_by
    if row.contacted_at is None:
        return _("吹哨：请联系街道"), "whistle-contact", row.contact_by
    return _("吹哨：请到场回告"), "whistle-report", row.report_by


def _light(until) -> str:
    if isinstance(until, datetime):
        return RED if until < now() else YELLOW
    return RED if until < today() else YELLOW if until == today() else GREEN
