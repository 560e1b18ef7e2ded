"""The steps of the counter after the intake: a step is a page, with its form or the reason why not."""

from collections.abc import Callable

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.cases.models import Case
from app.cases.standing import Standing
from app.documents.wording import basis
from app.people.find import city, offices
from app.people.guard import staff_only
from app.receive import actions
from app.receive.forms import (
    ArrivedLine,
    ForwardForm,
    NoticeLine,
    OverrideForm,
    RefuseForm,
    ReplyForm,
    SupplementForm,
    TolerantForm,
    WithdrawForm,
)
from app.receive.views import pages
from app.web.forms import ConfirmForm, answers, taking
from app.web.fragments import go_to
from app.web.steps import GENERIC, step_page


@pages.get("/cases/<case_no>/accept")
@pages.post("/cases/<case_no>/accept")
@staff_only
def accept(case_no: str):
    case, form = case_for(current_user, case_no), ConfirmForm()
    return _step(case, "accept", form, lambda: actions.accept(case, current_user), "receive/accept.html",
                 spec=_spec(case), basis=basis(_spec(case).basis))  # fmt: skip


@pages.get("/cases/<case_no>/accept-tolerant")
@pages.post("/cases/<case_no>/accept-tolerant")
@staff_only
def accept_tolerant(case_no: str):
    case = case_for(current_user, case_no)
    spec = _spec(case)
    form = TolerantForm(
        supplement_days=min(spec.promised_days, 10) or 1, way="到任一党群服务中心（站）窗口提交或邮寄"
    )
    return _step(case, "accept_tolerant", form, lambda: actions.accept_tolerant(case, current_user, **answers(form)),
                 "receive/accept_tolerant.html", spec=spec, basis=basis(spec.basis), missing=Standing(case, current_user).missing)  # fmt: skip


@pages.get("/cases/<case_no>/request-correction")
@pages.post("/cases/<case_no>/request-correction")
@staff_only
def request_correction(case_no: str):
    """一次性告知: a line a material; what is missing is ticked already."""
    case, form = case_for(current_user, case_no), OverrideForm()
    lines = [(paper, _notice_line(paper)) for paper in Standing(case, current_user).materials if paper.kind != "result"]

    def take():
        told = [
            {"material_id": paper.id, "name": paper.name, "problem": line.words, "standard": line.standard.data or ""}
            for paper, line in lines if line.ticked.data
        ]  # fmt: skip
        return actions.request_correction(case, current_user, told, form.override_reason.data or "")

    return _step(case, "request_correction", form, take, "receive/request_correction.html", _sound(lines), lines=lines)


@pages.get("/cases/<case_no>/supplement")
@pages.post("/cases/<case_no>/supplement")
@staff_only
def supplement(case_no: str):
    """补交: what was missing or wrong, ticked as it comes in. When nothing is missing any more, accepting is next."""
    case, form = case_for(current_user, case_no), SupplementForm()
    standing = Standing(case, current_user)
    asked = {line.material_id: line for line in standing.open_corrections if line.material_id}
    waited = [paper for paper in standing.materials if paper in standing.missing or paper.id in asked]
    lines = [(paper, _arrived_line(paper), asked.get(paper.id)) for paper in waited]
    others = [line for line in standing.open_corrections if not line.material_id]

    def take():
        arrived = [
            {"material_id": paper.id, "copies": int(line.copies.data or 1), "pages": int(line.pages.data or 1),
             "original_seen": line.original_seen.data}
            for paper, line, _line in lines if line.arrived.data
        ]  # fmt: skip
        settled = [line.id for line in others if request.form.get(f"line-{line.id}")]
        return actions.supplement(case, current_user, arrived, settled)

    def then(entry) -> str:
        """Accepting is the next page when all is in and this desk may do it."""
        on_to_accept = entry.facts.get("complete") and not offer(case, "accept", current_user).reason
        return url_for("receive.accept" if on_to_accept else "queues.case", case_no=case_no)

    return _step(case, "supplement", form, take, "receive/supplement.html",
                 _sound([(paper, line) for paper, line, _line in lines]), then, lines=lines, others=others)  # fmt: skip


@pages.get("/cases/<case_no>/refuse")
@pages.post("/cases/<case_no>/refuse")
@staff_only
def refuse(case_no: str):
    case = case_for(current_user, case_no)
    place = city().get("name", "")
    form = RefuseForm(
        basis=basis(_spec(case).basis) or "《中华人民共和国行政许可法》第三十二条",  # what is printed is Chinese whatever the screen says
        review_body=f"{place}人民政府",
        court=f"{place}人民法院",
    )
    return _step(case, "refuse", form, lambda: actions.refuse(case, current_user, **answers(form)),
                 about=_("来件必收：不予受理要写明理由、依据、应向哪个机关申请和救济途径，材料当场退还。"))  # fmt: skip


@pages.get("/cases/<case_no>/forward")
@pages.post("/cases/<case_no>/forward")
@staff_only
def forward(case_no: str):
    """转办 inside the city or with directions outside; the answer comes back to this desk."""
    case, form = case_for(current_user, case_no), ForwardForm()
    form.office.choices = form.office.choices[:1] + [
        (place.id, place.name) for place in offices() if not place.is_window
    ]

    def take():
        inside = next((place.name for place in offices() if place.id == form.office.data), "")
        reply_by = form.reply_by.data.isoformat() if form.reply_by.data else None
        where = {"address": form.address.data, "contact": form.contact.data, "reply_by": reply_by}
        return actions.forward(case, current_user, inside or form.outside.data, form.reason.data,
                               in_city=bool(inside), **where)  # fmt: skip

    return _step(
        case,
        "forward",
        form,
        take,
        about=_("不说“不归我们管”：登记、写明去处、转出；对方的答复仍回到本窗口告知申请人。"),
    )


@pages.get("/cases/<case_no>/record-reply")
@pages.post("/cases/<case_no>/record-reply")
@staff_only
def record_reply(case_no: str):
    case, form = case_for(current_user, case_no), ReplyForm()
    return _step(case, "record_reply", form, lambda: actions.record_reply(case, current_user, **answers(form)))


@pages.get("/cases/<case_no>/withdraw")
@pages.post("/cases/<case_no>/withdraw")
@staff_only
def withdraw(case_no: str):
    case, form = case_for(current_user, case_no), WithdrawForm()
    return _step(case, "withdraw", form, lambda: actions.withdraw(case, current_user, **answers(form)),
                 about=_("决定作出之前，申请人随时可以撤回；原件当日退还。"))  # fmt: skip


@pages.get("/cases/<case_no>/deem-withdrawn")
@pages.post("/cases/<case_no>/deem-withdrawn")
@staff_only
def deem_withdrawn(case_no: str):
    case, form = case_for(current_user, case_no), ConfirmForm()
    return _step(case, "deem_withdrawn", form, lambda: actions.deem_withdrawn(case, current_user),
                 about=_("补正期限已过，且提醒过申请人。确认后发终止办理通知书，退还材料。"))  # fmt: skip


def _step(case: Case, action: str, form, take: Callable, template: str = GENERIC, sound: Callable = None,
          then: Callable = None, **context):  # fmt: skip
    """`sound()` looks at the lines beside the form; `then(entry)` names the next page, the case if nothing else."""
    case_no = case.case_no
    if request.method == "POST":
        fits = form.validate()
        if (sound is None or sound()) and fits:
            with taking(form):
                entry = take()
                return go_to(then(entry) if then else url_for("queues.case", case_no=case_no))
        elif not form.errors:
            form.form_errors.append(_("请看下面标出的各行。"))
    return step_page(case, offer(case, action, current_user), form, template, **context)


def _spec(case: Case):
    return Standing(case, current_user).spec


def _sound(lines) -> Callable[[], bool]:
    """All lines are looked at, so that all that is wrong is said at once."""
    return lambda: all([line.validate() for _paper, line in lines])


def _notice_line(paper) -> NoticeLine:
    sent = request.form if request.method == "POST" else None
    missing = paper.required and paper.state in ("missing", "deferred")
    return NoticeLine(sent, prefix=f"p{paper.id}-", data={"ticked": missing, "phrase": "0" if missing else None})


def _arrived_line(paper) -> ArrivedLine:
    sent = request.form if request.method == "POST" else None
    return ArrivedLine(sent, prefix=f"p{paper.id}-", data={"copies": paper.copies, "pages": paper.pages})
