"""Orders and whistles on one case, each a page; and what is put right after a bad rating."""

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.calendar.due import WORKING_DAY, due
from app.calendar.find import calendar_for
from app.cases import ordered
from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.cases.standing import Standing
from app.feedback.rectifying import rectify_by
from app.moments import today
from app.oversight import actions
from app.oversight.find import addressees, callable_offices, rectification_for
from app.oversight.forms import (
    CallBackForm,
    ContactForm,
    RectifyForm,
    ReplyForm,
    ReportForm,
    SuperviseForm,
    WhistleForm,
)
from app.oversight.views import pages
from app.people.guard import needs, staff_only
from app.web.forms import ConfirmForm, answers, taking
from app.web.fragments import go_to, page
from app.web.steps import step_page, taken

ANSWER_IN = 2  # working days, unless the supervisor says otherwise


@pages.get("/desk/cases/<case_no>/supervise")
@pages.post("/desk/cases/<case_no>/supervise")
@staff_only
def supervise(case_no: str):
    """催办 or 督办, from any line of any list."""
    case = case_for(current_user, case_no)
    form = SuperviseForm(data={"office_id": case.waits_office_id or case.centre_id, "reply_by": _soon(case)})
    form.office_id.choices = [("", _("请选择")), *addressees(Standing(case, current_user))]
    done = taken(case_no, form, lambda: actions.supervise(case, current_user, **answers(form)))
    return done or step_page(case, offer(case, "supervise", current_user), form)


@pages.get("/desk/cases/<case_no>/reply-supervision")
@pages.post("/desk/cases/<case_no>/reply-supervision")
@staff_only
def reply_supervision(case_no: str):
    case, form = case_for(current_user, case_no), ReplyForm()
    done = taken(case_no, form, lambda: actions.reply_supervision(case, current_user, form.reply.data))
    order = ordered.order_here(Standing(case, current_user))
    about = f"{order.facts['problem']} {order.facts['demand']}" if order else ""
    return done or step_page(case, offer(case, "reply_supervision", current_user), form, about=about)


@pages.get("/desk/cases/<case_no>/whistle")
@pages.post("/desk/cases/<case_no>/whistle")
@staff_only
def whistle(case_no: str):
    """吹哨: the street calls several departments at once."""
    case, form = case_for(current_user, case_no), WhistleForm()
    form.office_ids.choices = callable_offices(Standing(case, current_user))
    done = taken(case_no, form, lambda: actions.whistle(case, current_user, **answers(form)))
    about = _("被吹哨的单位一小时内签到，二十四小时内联系，按响应级别到场回告；逾期自动升级。")
    return done or step_page(case, offer(case, "whistle", current_user), form, about=about)


@pages.get("/desk/cases/<case_no>/whistle-sign")
@pages.post("/desk/cases/<case_no>/whistle-sign")
@staff_only
def whistle_sign(case_no: str):
    case, form = case_for(current_user, case_no), ConfirmForm()
    done = taken(case_no, form, lambda: actions.whistle_sign(case, current_user))
    return done or step_page(case, offer(case, "whistle_sign", current_user), form, about=_called(case))


@pages.get("/desk/cases/<case_no>/whistle-contact")
@pages.post("/desk/cases/<case_no>/whistle-contact")
@staff_only
def whistle_contact(case_no: str):
    case, form = case_for(current_user, case_no), ContactForm()
    done = taken(case_no, form, lambda: actions.whistle_contact(case, current_user, form.contact.data))
    return done or step_page(case, offer(case, "whistle_contact", current_user), form, about=_called(case))


@pages.get("/desk/cases/<case_no>/whistle-report")
@pages.post("/desk/cases/<case_no>/whistle-report")
@staff_only
def whistle_report(case_no: str):
    case, form = case_for(current_user, case_no), ReportForm()
    done = taken(case_no, form, lambda: actions.whistle_report(case, current_user, form.report.data))
    return done or step_page(case, offer(case, "whistle_report", current_user), form, about=_called(case))


@pages.get("/oversight/rated/<case_no>")
@pages.post("/oversight/rated/<case_no>")
@needs("rate_follow_up")
def rectification(case_no: str):
    """差评整改: first what was done, then the call-back that closes it."""
    case, row, rating = rectification_for(current_user, case_no)
    form = CallBackForm() if row.measures else RectifyForm()
    if form.validate_on_submit() and not row.closed_at:
        with taking(form):
            if row.measures:
                actions.call_back(case, current_user, form.result.data)
            else:
                actions.rectify(case, current_user, form.measures.data)
            return go_to(url_for("oversight.rectification", case_no=case_no))
    return page("oversight/rectification.html", "rectification", case=case, row=row, rating=rating,
                form=None if row.closed_at else form, called=actions.CALLED, until=rectify_by(row.opened_at, case.centre_id))  # fmt: skip


def _soon(case):
    return due(today(), ANSWER_IN, WORKING_DAY, calendar_for(case.centre_id)).on


def _called(case) -> str:
    last = Standing(case, current_user).last("whistle")
    return f"{last.facts['problem']} {last.facts['demand']}" if last else ""
