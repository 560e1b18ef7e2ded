"""The answer, step by step: make the result, make it ready, tell, hand over, correct, put away."""

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.cases.standing import Standing
from app.feedback import actions
from app.feedback.forms import DeliverForm, NotifyForm, reissue_form, result_form
from app.feedback.handed import answers_of
from app.feedback.printed import will_say
from app.people.find import office
from app.people.guard import staff_only
from app.web.forms import ConfirmForm, answers, taking
from app.web.fragments import go_to
from app.web.steps import step_page

pages = Blueprint("feedback", __name__)



@pages.get("/desk/cases/<case_no>/issue-result")
@pages.post("/desk/cases/<case_no>/issue-result")
@staff_only
def issue_result(case_no: str):
    """出证. What the approver already decided stands in the boxes; the rest of the sheet comes from the case."""
    case = case_for(current_user, case_no)
    standing = Standing(case, current_user)
    kind = standing.spec.result.template
    decision = standing.last("conclude")
    grounds = decision.facts if decision else {}
    form = result_form(kind)(data=grounds)
    if form.validate_on_submit():
        with taking(form):
            actions.issue_result(case, current_user, **_given(form))
            return _back(case_no)
    return step_page(case, offer(case, "issue_result", current_user), form, "feedback/issue_result.html",
                     printed=will_say(standing, grounds))  # fmt: skip


@pages.get("/desk/cases/<case_no>/make-ready")
@pages.post("/desk/cases/<case_no>/make-ready")
@staff_only
def make_ready(case_no: str):
    case = case_for(current_user, case_no)
    form = ConfirmForm()
    if form.validate_on_submit():
        with taking(form):
            actions.make_ready(case, current_user)
            return _back(case_no)
    about = _("结果已经在%(place)s，现在通知申请人来领取，并打印办结通知书。", place=office(case.centre_id).name)
    return step_page(case, offer(case, "make_ready", current_user), form, about=about)


@pages.get("/desk/cases/<case_no>/notify")
@pages.post("/desk/cases/<case_no>/notify")
@staff_only
def notify(case_no: str):
    case = case_for(current_user, case_no)
    form = NotifyForm()
    if form.validate_on_submit():
        with taking(form):
            actions.notify(case, current_user, **answers(form))
            return _back(case_no)
    return step_page(case, offer(case, "notify", current_user), form)


@pages.get("/desk/cases/<case_no>/deliver")
@pages.post("/desk/cases/<case_no>/deliver")
@staff_only
def deliver(case_no: str):
    """送达. The identity is checked, or the mode explains why nobody stands here."""
    case = case_for(current_user, case_no)
    form = DeliverForm(data={"place": office(case.centre_id).name})
    if form.validate_on_submit():
        with taking(form):
            alone = case.applicant_name if form.relation.data == "self" else ""
            seen = answers(form)
            collector = seen.pop("collector") or alone
            actions.deliver(case, current_user, collector=collector, **seen)
            return _back(case_no)
    return step_page(case, offer(case, "deliver", current_user), form, "feedback/deliver.html",
                     handed=answers_of(Standing(case, current_user)))  # fmt: skip


@pages.get("/desk/cases/<case_no>/reissue")
@pages.post("/desk/cases/<case_no>/reissue")
@staff_only
def reissue(case_no: str):
    """更正补发: only what was wrong is filled in."""
    case = case_for(current_user, case_no)
    form = reissue_form(Standing(case, current_user).spec.result.template)()
    if form.validate_on_submit():
        with taking(form):
            actions.reissue(case, current_user, **_given(form))
            return _back(case_no)
    about = _("原证照会标明“已被替换”，它的核验码也会这样回答。只填写要改的内容，其余照原来的。")
    return step_page(case, offer(case, "reissue", current_user), form, about=about)


@pages.get("/desk/cases/<case_no>/archive")
@pages.post("/desk/cases/<case_no>/archive")
@staff_only
def archive(case_no: str):
    case = case_for(current_user, case_no)
    form = ConfirmForm()
    if form.validate_on_submit():
        with taking(form):
            actions.archive(case, current_user)
            return _back(case_no)
    return step_page(case, offer(case, "archive", current_user), form, "feedback/archive.html",
                     papers=[p for p in Standing(case, current_user).materials if p.state == "held"])  # fmt: skip


def _given(form) -> dict:
    """What was filled in, as the journal keeps it; empty boxes say nothing."""
    given = {field.name: field.plain() for field in form if field.name != "csrf_token"}
    return {name: value for name, value in given.items() if value is not None}


def _back(case_no: str):
    return go_to(url_for("queues.case", case_no=case_no))
