"""当场办结: one page, one confirmation. The page is the intake's; this room only decides where it goes."""

from flask import Blueprint, request, url_for
from flask_login import current_user

from app.cases.find import case_for
from app.cases.standing import Standing
from app.instant import actions
from app.instant.rules import why_not
from app.people.guard import needs
from app.receive import drafts
from app.receive.forms import FinishForm
from app.receive.page import Intake
from app.receive.views import intake_page, kept, received_before
from app.web.forms import answers, taking
from app.web.fragments import go_to, page

pages = Blueprint("instant", __name__, url_prefix="/desk")


@pages.get("/instant")
@pages.post("/instant")
@needs("receive")
def settle():
    """The intake, the decision and the handing over in one; a visit by address goes to the intake page."""
    draft_id = request.args.get("draft")
    if request.method == "GET" or not draft_id:
        return go_to(url_for("receive.receive", draft=draft_id))
    draft = drafts.draft_for(current_user, draft_id)
    if draft.case_id:
        return received_before(draft)
    intake = Intake(draft, current_user)
    intake.keep_scans()
    if intake.validate():
        with taking(intake.form), kept(intake):
            case = actions.settle_at_desk(current_user, handed=intake.handed(), **intake.given())
            return go_to(url_for("queues.case", case_no=case.case_no, received=1))
    drafts.save_draft(draft.id, current_user, intake.typed())
    return intake_page(intake)


@pages.get("/cases/<case_no>/finish")
@pages.post("/cases/<case_no>/finish")
@needs("receive")
def finish(case_no: str):
    """当场办结 for an instant item that was received earlier."""
    case = case_for(current_user, case_no)
    form = FinishForm(collector=case.applicant_name)
    if form.validate_on_submit():
        with taking(form):
            actions.finish(case, current_user, **answers(form))
            return go_to(url_for("queues.case", case_no=case_no))
    reason = why_not(Standing(case, current_user))
    return page("instant/finish.html", "step", status=409 if reason else 200, case=case, reason=reason,
                form=None if reason else form)  # fmt: skip
