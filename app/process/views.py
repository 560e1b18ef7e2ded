"""3 后台办结: a page for each step of the officer and of the approver."""

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.cases.standing import Standing
from app.documents import wording
from app.people.find import city
from app.people.guard import needs, staff_only
from app.process import actions, forms
from app.process.fields import said
from app.refusals import OutOfTurn
from app.web.forms import ConfirmForm, answers
from app.web.fragments import go_to
from app.web.steps import GENERIC, step_page, taken

pages = Blueprint("process", __name__)


def _page(case, form, take, template: str = GENERIC, **context):
    """The form of the step this address names, or the step taken."""
    action, by = request.endpoint.partition(".")[2], current_user
    return taken(case.case_no, form, take) or step_page(case, offer(case, action, by), form, template, **context)


def _simple(case_no: str, verb, form, about: str = ""):
    """A step that takes just what its form asks for."""
    case = case_for(current_user, case_no)
    return _page(case, form, lambda: verb(case, current_user, **answers(form)), about=about)


@pages.post("/office/claim")
@needs("acknowledge")
def claim_ticked():
    """认领勾选的件: each for itself; what another officer took first is told with the name."""
    form = forms.ClaimForm()
    if form.validate_on_submit():
        numbers = request.form.getlist("case_no")[:100]
        flash(_told(actions.claim_all(numbers, current_user)) if numbers else _("请先勾选要认领的件。"))
    return go_to(url_for("queues.office"))


def _told(claimed: actions.Done) -> str:
    said = [_("认领 %(n)s 件", n=claimed.count)] + [f"{case_no}：{why}" for case_no, why in claimed.refused]
    return "，".join(said) if len(said) < 3 else "；".join(said)


@pages.get("/desk/cases/<case_no>/take-up")
@pages.post("/desk/cases/<case_no>/take-up")
@staff_only
def take_up(case_no: str):
    case = case_for(current_user, case_no)
    papers = [p for p in Standing(case, current_user).papers if p.office_id == current_user.office_id]
    return _page(case, ConfirmForm(), lambda: actions.take_up(case, current_user), "process/take_up.html",
                 papers=papers)  # fmt: skip


@pages.get("/desk/cases/<case_no>/claim")
@pages.post("/desk/cases/<case_no>/claim")
@staff_only
def claim(case_no: str):
    return _simple(case_no, actions.claim, ConfirmForm(), _("认领后这个任务由你承办，其他人不能再认领。"))


@pages.get("/desk/cases/<case_no>/release")
@pages.post("/desk/cases/<case_no>/release")
@staff_only
def release(case_no: str):
    return _simple(case_no, actions.release, ConfirmForm(), _("释放后本单位的其他人可以认领，期限照走。"))


@pages.get("/desk/cases/<case_no>/site-visit")
@pages.post("/desk/cases/<case_no>/site-visit")
@staff_only
def site_visit(case_no: str):
    case, form = case_for(current_user, case_no), forms.VisitForm(data={"officers": current_user.name + "、"})
    return _page(case, form, lambda: actions.site_visit(case, current_user, form.names, form.finding.data))


@pages.get("/desk/cases/<case_no>/pause")
@pages.post("/desk/cases/<case_no>/pause")
@staff_only
def pause(case_no: str):
    case = case_for(current_user, case_no)
    special = Standing(case, current_user).spec.special
    form = forms.pause_form(special)

    def take():
        listed = next(one for one in special if one.name == form.procedure.data)
        typed = answers(form) | {"unit": listed.unit, "amount": form.amount.data or listed.days}
        actions.pause(case, current_user, **typed)

    return _page(case, form, take, about=_("告知书送达申请人以后才能停表。停表的时间不计入承诺期限和法定期限。"))


@pages.get("/desk/cases/<case_no>/resume")
@pages.post("/desk/cases/<case_no>/resume")
@staff_only
def resume(case_no: str):
    return _simple(case_no, actions.resume, ConfirmForm(), _("从今天起，承诺期限和法定期限继续计算。"))


@pages.get("/desk/cases/<case_no>/request-extension")
@pages.post("/desk/cases/<case_no>/request-extension")
@staff_only
def request_extension(case_no: str):
    case = case_for(current_user, case_no)
    spec = Standing(case, current_user).spec
    licence = "《中华人民共和国行政许可法》第四十二条"
    form = forms.ExtensionForm(data={"basis": licence if spec.item_type == "licence" else wording.basis(spec.basis)})
    return _page(case, form, lambda: actions.request_extension(case, current_user, **answers(form)))


@pages.get("/desk/cases/<case_no>/extend")
@pages.post("/desk/cases/<case_no>/extend")
@staff_only
def extend(case_no: str):
    case = case_for(current_user, case_no)
    standing = Standing(case, current_user)
    return _page(case, ConfirmForm(), lambda: actions.extend(case, current_user), "process/extend.html",
                 asked=standing.last("request_extension"), run=standing.face.running("promise"))  # fmt: skip


@pages.get("/desk/cases/<case_no>/give-opinion")
@pages.post("/desk/cases/<case_no>/give-opinion")
@staff_only
def give_opinion(case_no: str):
    return _simple(case_no, actions.give_opinion, forms.OpinionForm(), _("签署后材料可以交给下一环节的单位。"))


@pages.get("/desk/cases/<case_no>/propose")
@pages.post("/desk/cases/<case_no>/propose")
@staff_only
def propose(case_no: str):
    case = case_for(current_user, case_no)
    form = _decision(case)
    return _page(case, form, lambda: actions.propose(case, current_user, **form.grounds()), "process/decision.html")


@pages.get("/desk/cases/<case_no>/review")
@pages.post("/desk/cases/<case_no>/review")
@staff_only
def review(case_no: str):
    return _on_proposal(case_no, actions.review, forms.ReviewForm())


@pages.get("/desk/cases/<case_no>/return-proposal")
@pages.post("/desk/cases/<case_no>/return-proposal")
@staff_only
def return_proposal(case_no: str):
    return _on_proposal(case_no, actions.return_proposal, forms.ReturnForm())


@pages.get("/desk/cases/<case_no>/conclude")
@pages.post("/desk/cases/<case_no>/conclude")
@staff_only
def conclude(case_no: str):
    """The approver takes what was proposed, or returns it; what the desk itself decides has no proposal."""
    case = case_for(current_user, case_no)
    standing = Standing(case, current_user)
    if standing.at_desk:
        form = _decision(case)
        return _page(case, form, lambda: actions.conclude(case, current_user, **form.grounds()), "process/decision.html")
    proposal, proposed = _proposal(standing), standing.last("propose")
    form = forms.ConcludeForm(data={"seen": str(proposed.seq) if proposed else ""})

    def take():
        if proposed is None or form.seen.data != str(proposed.seq):
            raise OutOfTurn(_("拟办意见刚有变化，请刷新后重新审批。"))
        actions.conclude(case, current_user, **proposal)

    return _page(case, form, take, "process/conclude.html", said=said(proposal), proposed=proposed)


@pages.get("/desk/cases/<case_no>/revoke")
@pages.post("/desk/cases/<case_no>/revoke")
@staff_only
def revoke(case_no: str):
    return _simple(case_no, actions.revoke, _end(case_no, "容缺材料逾期未补齐，经提醒仍未补齐。"))


@pages.get("/desk/cases/<case_no>/terminate")
@pages.post("/desk/cases/<case_no>/terminate")
@staff_only
def terminate(case_no: str):
    about = _("申请人死亡、单位终止或者办理的标的不存在等情形，才能终止办理。")
    return _simple(case_no, actions.terminate, _end(case_no), about)


def _on_proposal(case_no: str, verb, form):
    case = case_for(current_user, case_no)
    proposal, proposed = _proposal(standing := Standing(case, current_user)), standing.last("propose")
    return _page(case, form, lambda: verb(case, current_user, **answers(form)), "process/on_proposal.html",
                 said=said(proposal), proposed=proposed)  # fmt: skip


def _proposal(standing: Standing) -> dict:
    task = standing.my_task
    return dict(task.proposal) if task and task.proposal else {}


def _decision(case) -> forms.DecisionForm:
    spec = Standing(case, current_user).spec
    town = city().get("name", "")
    return forms.decision_form(spec.result.template, basis=wording.basis(spec.basis), review_body=f"{town}人民政府",
                               court=f"{town}人民法院")  # fmt: skip


def _end(case_no: str, reason: str = "") -> forms.EndForm:
    spec = Standing(case_for(current_user, case_no), current_user).spec
    return forms.EndForm(data={"reason": reason, "basis": wording.basis(spec.basis)})
