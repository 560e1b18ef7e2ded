"""Reading for the supervisor's steps: whom an order may go to, what is asked of an office, own exports."""

from sqlalchemy import select

from app.cases.find import visible
from app.cases.models import Case
from app.cases.orders import Supervision, WhistleCall
from app.cases.standing import Standing
from app.extensions import db
from app.feedback.models import Rating, Rectification
from app.oversight.models import ExportJob
from app.people.find import office, offices
from app.refusals import NotThere


def addressees(s: Standing) -> list[tuple[str, str]]:
    """Where the case waits, who has had a task, the authority, the centre; then every other office of the street."""
    near = [s.case.waits_office_id, *(task.office_id for task in s.tasks), s.authority.id, s.case.centre_id]
    others = [one.id for one in offices() if one.street_id in (None, s.case.street_id) and one.kind != "self_service"]
    return [(one, office(one).name) for one in dict.fromkeys([*filter(None, near), *others])]


def callable_offices(s: Standing) -> list[tuple[str, str]]:
    """The departments that a street may whistle for: of the city, and its own."""
    found = [one for one in offices() if not one.is_window and one.street_id in (None, s.case.street_id)]
    return [(one.id, one.name) for one in found if one.id != s.by.office_id]


def orders_of(case: Case) -> list[Supervision]:
    return list(db.session.scalars(db.select(Supervision).filter_by(case_id=case.id).order_by(Supervision.id)))


def calls_of(case: Case) -> list[WhistleCall]:
    return list(db.session.scalars(db.select(WhistleCall).filter_by(case_id=case.id).order_by(WhistleCall.id)))


def rectification_for(by, case_no: str):
    """(case, rectification, rating) of a badly rated case in the own scope; NotThere otherwise."""
    rows = select(Case, Rectification, Rating).join_from(Case, Rectification).join(Rating, Rating.case_id == Case.id)
    found = db.session.execute(rows.where(Case.case_no == case_no.strip().upper(), visible(by))).first()
    if found is None:
        raise NotThere("没有这件差评整改，或者不在您的查看范围内。")
    return found


def exports_of(by) -> list[ExportJob]:
    rows = select(ExportJob).where(ExportJob.user_id == by.id).order_by(ExportJob.id.desc()).limit(20)
    return list(db.session.scalars(rows))


def export_for(by, job_id: int) -> ExportJob:
    """One's own only."""
    job = db.session.get(ExportJob, job_id)
    if job is None or job.user_id != by.id:
        raise NotThere("没有这个导出文件。")
    return job
