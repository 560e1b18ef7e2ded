"""登记中: an intake that is still being typed. Every field is kept as it is typed; the person may be called away."""

import re
import secrets
from datetime import timedelta

from sqlalchemy import Row, bindparam, delete, select

from app.cases.numbering import next_serial
from app.catalog.find import item
from app.documents import uploads
from app.extensions import db, one_transaction, read_rows
from app.moments import now, today
from app.people.find import office
from app.receive.models import Draft
from app.refusals import Incomplete, NotThere, OutOfTurn

ID = re.compile(r"[A-Za-z0-9_-]{16}")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,79}")
MOST_NAMES, MOST_VALUES, LONGEST = 600, 60, 4000
LISTED = 30
NOT_HERE = "organisation"  # who brings papers and seals, and comes to a window
LEFT = "left_no"  # beside what was typed: the number on the slip of the machine
_ONE = select(Draft.__table__).where(Draft.__table__.c.id == bindparam("draft_id"))


def open_draft(by, item_code: str) -> Draft:
    """A new form for this item; its random id is the address and later the key of the intake."""
    item(item_code)
    with one_transaction():
        draft = Draft(id=secrets.token_urlsafe(12), user_id=by.id, office_id=by.office_id, item_code=item_code, data={})
        draft.created_at = draft.saved_at = now()
        db.session.add(draft)
    return draft


def leave(centre_id: str, item_code: str, typed: dict[str, list[str]]) -> int:
    """自助申请: what somebody told the machine by the door waits for this centre's windows. The number of the day."""
    if item(item_code).applicant == NOT_HERE:
        raise NotThere("这个事项由单位申请，请到窗口办理。")
    with one_transaction():
        if office(centre_id).closed or office(centre_id).kind != "service_centre":
            raise NotThere("没有这个中心。")
        number = next_serial(f"kiosk/{centre_id}/{today():%Y%m%d}")
        kept = {name: _short(values) for name, values in typed.items() if NAME.fullmatch(name)} | {LEFT: [left_word(number)]}
        draft = Draft(id=secrets.token_urlsafe(12), user_id=None, office_id=centre_id, item_code=item_code, data=kept)
        draft.created_at = draft.saved_at = now()
        db.session.add(draft)
    return number


def left_word(number: int) -> str:
    """The number as the slip and the desk say it."""
    return f"{today():%m%d}-{number:03d}"


def save_draft(draft_id: str, by, data: dict[str, list[str]]) -> Draft:
    """Keep these fields (name → values as typed); fields that are not named stay as they were."""
    kept = {name: _short(values) for name, values in data.items() if NAME.fullmatch(name) and name != "csrf_token"}
    with one_transaction():
        draft = _own(draft_id, by)
        together = draft.data | kept
        if len(together) > MOST_NAMES:
            raise Incomplete("表单内容太多，不能保存。")
        draft.data, draft.saved_at, draft.parked = together, now(), False
        draft.user_id = draft.user_id or by.id  # whoever takes up what was left at the machine has it now
    return draft


def park(draft_id: str, by, data: dict[str, list[str]] | None = None) -> Draft:
    """挂起: the next person is served; the form waits on the desk."""
    with one_transaction():
        draft = save_draft(draft_id, by, data or {})
        draft.parked = True
    return draft


def discard(draft_id: str, by) -> None:
    """Throw an unfinished form away, with everything typed in it."""
    with one_transaction():
        db.session.delete(_own(draft_id, by))
    uploads.forget(draft_id)


def forget_abandoned(days: int) -> int:
    """Erase forms that nobody has touched for so many days and that never became a case, with their scans. How many."""
    old = select(Draft.id).where(Draft.case_id.is_(None), Draft.saved_at < now() - timedelta(days=days))
    abandoned = list(db.session.scalars(old))
    for draft_id in abandoned:
        with one_transaction():
            db.session.execute(delete(Draft).where(Draft.id == draft_id, Draft.case_id.is_(None)))
        uploads.forget(draft_id)
    return len(abandoned)


def draft_for(by, draft_id: str) -> Row:
    """The form as it is kept, a plain row of Draft, for the people of the office where it was begun; NotThere for all others.
    Used ones are found too."""
    found = read_rows(_ONE, {"draft_id": draft_id}).first() if ID.fullmatch(draft_id) else None
    if found is None or found.office_id != by.office_id:
        raise NotThere("没有这份登记，或者它不是本单位的。")
    return found


def drafts_of(by) -> list[Draft]:
    """What this person has begun and not finished, the newest first."""
    rows = select(Draft).where(Draft.user_id == by.id, Draft.office_id == by.office_id, Draft.case_id.is_(None))
    return list(db.session.scalars(rows.order_by(Draft.saved_at.desc()).limit(LISTED)))


def _own(draft_id: str, by) -> Draft:
    draft = db.session.get(Draft, draft_id, with_for_update=True) if ID.fullmatch(draft_id) else None
    if draft is None or draft.office_id != by.office_id:
        raise NotThere("没有这份登记，或者它不是本单位的。")
    if draft.case_id is not None:
        raise OutOfTurn("这份登记已经收件，不能再改。")
    return draft


def _short(values: list[str]) -> list[str]:
    return [str(value)[:LONGEST] for value in values[:MOST_VALUES]]
