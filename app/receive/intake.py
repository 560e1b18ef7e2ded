"""来件必收: a case is opened, whole or not at all, and once however often the form is sent."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app.cases.find import case_by_intake, find_by_name
from app.cases.models import Case
from app.cases.numbering import case_no, random_code
from app.catalog.find import current_spec, item
from app.documents import hand
from app.documents.steps import take_step
from app.documents.uploads import bind, scanned_for
from app.extensions import db, is_duplicate, one_transaction, write_new, write_rows
from app.moments import now
from app.people.find import centre_of, street
from app.receive.checklist import lines, ticked
from app.receive.models import Draft
from app.refusals import Incomplete
from app.sealing import lookup

_CLOSE_DRAFT = (
    update(Draft.__table__)
    .where(Draft.__table__.c.id == bindparam("of_intake"))
    .values(case_id=bindparam("case_id"), data=bindparam("data"))
    .returning(scanned_for(bindparam("of_intake")))
)


def receive(by, intake_key: str, item_code: str, applicant: dict, ticks: list[dict], form: dict, *,
            received_at: datetime | None = None, channel: str = "window", duplicate_reason: str = "",
            centre_id: str | None = None, hand_receipt: str = "") -> Case:  # fmt: skip
    """Open a case and print its receipt. Sending the same intake twice opens it once.

    `applicant`: name, kind, id_type, id_number, phone, delivery_mode, particulars (address, agent, guardian,
    components …). `ticks`: one dict a line of the checklist (receive/checklist.py). `form`: the item's fields by key.
    `received_at`: the true time of a paper slip keyed in later, `hand_receipt`: its number. Raises Incomplete, NotAllowed, OutOfTurn.
    """
    return once(intake_key, lambda: open_case(
        by, intake_key, item_code, applicant, ticks, form, received_at=received_at, channel=channel,
        duplicate_reason=duplicate_reason, centre_id=centre_id, hand_receipt=hand_receipt))  # fmt: skip


def once(intake_key: str, open_it: Callable[[], Case]) -> Case:
    """The case of this intake, opened by `open_it` unless it is there already; of two at once the first counts."""
    try:
        with one_transaction():
            case = case_by_intake(intake_key) or open_it()
            number = case.case_no
        set_committed_value(case, "case_no", number)  # it never changes: the page that comes next need not read it
    except IntegrityError as problem:
        case = case_by_intake(intake_key)
        if case is None or not is_duplicate(problem):
            raise
    return case


def open_case(by, intake_key, item_code, applicant, ticks, form, *, received_at=None, channel="window",
              duplicate_reason="", centre_id=None, hand_receipt="") -> Case:  # fmt: skip
    """receive() without the question whether it was received before; joins an open transaction."""
    case = _row(by, intake_key, item_code, applicant, form, received_at, channel, centre_id)
    slip = _from_paper(case, by, hand_receipt) if channel == "paper" else {}
    particulars = applicant.get("particulars", {})
    listed = lines(current_spec(item_code), bool(particulars.get("agent")), bool(particulars.get("guardian")))
    with db.session.no_autoflush:  # nobody else sees the row yet: it is written once, not with every question
        take_step(case, "receive", by, papers=ticked(listed, ticks), duplicate_reason=duplicate_reason, **slip)
    _close_draft(intake_key, case)
    return case


def _from_paper(case: Case, by, number: str) -> dict:
    """For the journal, the slip that was written by hand; asked for wherever numbered slips lie ready."""
    if not number.strip() and hand.must_name_one(by):
        raise Incomplete("本窗口备有编号的手工收件凭证，请填写这一件的凭证编号。")
    return {"hand_receipt": hand.use(number, by, case)} if number.strip() else {}


def _row(by, intake_key, item_code, applicant, form, received_at, channel, centre_id) -> Case:
    listed = item(item_code)
    centre = centre_of(centre_id or by.office_id)
    if centre is None:
        raise Incomplete("您的岗位不在任何中心，不能收件。")
    when = received_at or now()
    if when > now():
        raise Incomplete("收件时间不能晚于现在。")
    case = Case(
        case_no=case_no(street(centre.street_id).code, when.date()),
        intake_key=intake_key,
        item_code=listed.code,
        item_version_id=listed.version_id,
        item_name=listed.name,
        centre_id=centre.id,
        street_id=centre.street_id,
        desk_id=by.desk_id,
        channel=channel,
        received_by=by.id,
        received_at=when,
        applicant_kind=applicant["kind"],
        applicant_name=applicant["name"],
        id_type=applicant.get("id_type", "resident_id"),
        id_number=applicant.get("id_number"),
        id_hash=lookup("id", applicant.get("id_number")),
        phone=applicant.get("phone"),
        phone_hash=lookup("phone", applicant.get("phone")),
        particulars=applicant.get("particulars", {}),
        form=form,
        delivery_mode=applicant.get("delivery_mode") or "window",
        state="new",
    )
    case.status_code = random_code()
    case.status_hash = lookup("status", case.status_code)
    write_new(case)
    find_by_name(case)
    return case


def _close_draft(intake_key: str, case: Case) -> None:
    """The draft of this form has become a case; its address now leads there and its typed text is gone."""
    closed = write_rows(_CLOSE_DRAFT, {"of_intake": intake_key, "case_id": case.id, "data": {}})
    if closed.scalar() is not False:  # nothing was scanned for most drafts; of an intake without one nobody has asked
        bind(intake_key, case.id)
