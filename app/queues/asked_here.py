"""What was asked of an office by a supervisor or a street: orders and whistles it has not answered. Core rows only."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from app.cases.lights import BLACK, GREEN, RED, YELLOW
from app.cases.models import Case
from app.cases.orders import Supervision, WhistleCall
from app.extensions import db
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
    """The most urgent first. Two questions, whatever their number."""
    found = [*_orders(by), *_calls(by)]
    order = (BLACK, RED, YELLOW, GREEN)
    return sorted(found, key=lambda one: order.index(one.light))[:MOST]


def _orders(by):
    rows = (
        select(Case.case_no, Case.item_name, Supervision.kind, Supervision.reply_by, Supervision.level,
               Supervision.person_name, Supervision.demand)
        .join_from(Supervision, Case)
        .where(Supervision.office_id == by.office_id, Supervision.replied_at.is_(None))
        .order_by(Supervision.reply_by, Supervision.id).limit(MOST)
    )  # fmt: skip
    for row in db.session.execute(rows):
        word = _("督办") if row.kind == "order" else _("催办")
        light = RED if row.reply_by < today() or row.level != "office" else YELLOW if row.reply_by == today() else GREEN
        text = f"{row.person_name}：{row.demand}" if row.person_name else row.demand
        yield Asked(row.case_no, row.item_name, word, "reply-supervision", row.reply_by, light, text)


def _calls(by):
    call = WhistleCall
    rows = (
        select(Case.case_no, Case.item_name, call.sign_by, call.contact_by, call.report_by, call.signed_at,
               call.contacted_at, call.problem)
        .join_from(call, Case)
        .where(call.office_id == by.office_id, call.reported_at.is_(None))
        .order_by(call.report_by, call.id).limit(MOST)
    )  # fmt: skip
    for row in db.session.execute(rows):
        word, step, until = _next(row)
        yield Asked(row.case_no, row.item_name, word, step, until, _light(until), row.problem)


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
