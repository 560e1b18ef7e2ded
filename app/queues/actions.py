"""The verbs of this room: looking at personal data, giving the person a copy of it, putting it right. Each is a step, with a reason."""

from sqlalchemy import delete

from app.cases.find import find_by_name, lock_cases
from app.cases.lifecycle import advance
from app.cases.models import Case, JournalEntry, NamePair
from app.extensions import db, one_transaction
from app.queues.subject import cases_of_the_same, family
from app.sealing import lookup

PARTICULARS = ("residence_address", "household_address", "post_address", "sex", "born")  # the rest are columns of Case


def open_personal_data(case: Case, by, reason: str) -> JournalEntry:
    """个人信息保护法: whoever opens it is named in the journal, with the reason."""
    with one_transaction():
        return advance(case, "open_personal_data", by, reason=reason)


def export_personal_data(case: Case, by, reason: str, identity: str) -> list[Case]:
    """个人信息保护法 45: the person gets what is held on them. Written down in each case it comes from; returns those cases.

    What the office of `by` may see, no more: a centre hands out its own, a supervisor of the city everything.
    """
    with one_transaction():
        found = lock_cases({case.id, *(one.id for one in cases_of_the_same(case, by))})
        for one in found:
            advance(one, "export_personal_data", by, reason=reason, identity=identity)
    return found


def correct_personal_data(case: Case, by, changes: dict[str, str], reason: str) -> None:
    """个人信息保护法 46: wrong or incomplete data is put right, in the parts of a joint matter too. `changes`: by column of
    Case, or by particular. What was there before stays in the journal, sealed; documents already issued stay as they are."""
    with one_transaction():
        for one in lock_cases({row.id for row in family(case)}):
            before = {name: _now(one, name) for name, said in changes.items() if said != _now(one, name)}
            advance(one, "correct_personal_data", by, reason=reason, corrected=list(before),
                    before=before, after={name: changes[name] for name in before})  # fmt: skip
            _put_right(one, {name: changes[name] for name in before})


def _now(case: Case, name: str) -> str:
    return (case.particulars.get(name) if name in PARTICULARS else getattr(case, name)) or ""


def _put_right(case: Case, changes: dict[str, str]) -> None:
    case.particulars = case.particulars | {name: said for name, said in changes.items() if name in PARTICULARS}
    for name in changes.keys() - set(PARTICULARS):
        setattr(case, name, changes[name])
    case.id_hash, case.phone_hash = lookup("id", case.id_number), lookup("phone", case.phone)
    if "applicant_name" in changes:
        db.session.execute(delete(NamePair).where(NamePair.case_id == case.id))
        find_by_name(case)
