"""What nobody answers climbs: an order from the office to its street to the city, a whistle upwards for each missed mark."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from app.calendar.due import WORKING_DAY, due
from app.calendar.find import calendar_for
from app.cases.lifecycle import advance
from app.cases.models import Case, JournalEntry
from app.cases.orders import Supervision, WhistleCall
from app.extensions import db, one_transaction
from app.moments import CST, day_made_up, now, today
from app.people.actor import SYSTEM
from app.people.find import office

ABOVE = {"office": "street", "street": "city"}
WORDS = {"office": "承办单位", "street": "街道", "city": "市级"}
EACH_LEVEL = 2  # working days for the next level to bring an answer
NIGHT = time(0, 5)
MARKS = ("", "sign", "contact", "report")
MISSED = {"sign": "一小时内没有签到", "contact": "二十四小时内没有联系", "report": "没有按期回告"}


def overdue():
    """The ids of cases with an order or a whistle that must climb now, as a Select."""
    orders = db.select(Supervision.case_id).where(_late_order())
    calls = db.select(WhistleCall.case_id).where(WhistleCall.reported_at.is_(None), db.or_(*_late_marks().values()))
    return db.select(Case.id).where(db.or_(Case.id.in_(orders), Case.id.in_(calls)))


def escalate_due() -> int:
    """Everything that must climb now, one transaction a case; for the minutes between two nights."""
    ids = list(db.session.scalars(overdue().order_by(Case.id)))
    return sum(escalate(db.session.get_one(Case, case_id)) for case_id in ids)


def escalate(case: Case) -> int:
    """One journal row for each level climbed and each mark missed; the dates are those of the days they were due on."""
    with one_transaction():
        rows = db.select(Supervision).where(Supervision.case_id == case.id, _late_order()).order_by(Supervision.id)
        climbed = [entry for row in db.session.scalars(rows) for entry in _climb(case, row)]
        for mark, late in _late_marks().items():
            calls = db.select(WhistleCall).where(WhistleCall.case_id == case.id, late).order_by(WhistleCall.id)
            climbed += [_pass_on(case, call, mark) for call in db.session.scalars(calls).all()]
    return len(climbed)


def _late_order():
    return db.and_(Supervision.replied_at.is_(None), Supervision.kind == "order", Supervision.level != "city",
                   Supervision.reply_by < today())  # fmt: skip


def _late_marks() -> dict:
    """For each mark the condition that it was missed and not passed on yet, in the order in which they come."""
    call, moment = WhistleCall, _moment()
    return {
        "sign": db.and_(call.signed_at.is_(None), call.sign_by < moment, call.missed == ""),
        "contact": db.and_(call.contacted_at.is_(None), call.contact_by < moment, call.missed.in_(MARKS[:2])),
        "report": db.and_(call.reported_at.is_(None), call.report_by < today(), call.missed.in_(MARKS[:3])),
    }


def _moment() -> datetime:
    """Now; of a night that is made up for, the moment at which it should have run."""
    day = day_made_up()
    return min(now(), datetime.combine(day, NIGHT, CST)) if day else now()


def _climb(case: Case, row: Supervision) -> Iterator[JournalEntry]:
    calendar = calendar_for(case.centre_id)
    while row.level in ABOVE and row.reply_by < today():
        missed, row.level = row.reply_by, ABOVE[row.level]
        row.reply_by = due(missed + timedelta(days=1), EACH_LEVEL, WORKING_DAY, calendar).on
        yield advance(case, "escalate", SYSTEM, order=row.seq, to_office=office(row.office_id).name,
                      reason=f"到 {missed.isoformat()} 没有答复，升级到{WORDS[row.level]}", reply_by=row.reply_by)  # fmt: skip


def _pass_on(case: Case, call: WhistleCall, mark: str) -> JournalEntry:
    call.missed = mark
    to = "city" if mark == "report" else "street"
    return advance(case, "escalate", SYSTEM, order=call.seq, to_office=office(call.office_id).name,
                   reason=f"吹哨{MISSED[mark]}，升级到{WORDS[to]}")  # fmt: skip
