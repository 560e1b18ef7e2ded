"""The inbox of an office, and the page of one case for every role."""

from flask import Blueprint, abort, make_response, request
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.documents import uploads
from app.moments import now
from app.people.guard import person_here, staff_only
from app.queues import lists
from app.queues.actions import open_personal_data as open_data
from app.queues.asked_here import asked_of
from app.queues.casefile import casefile, personal_data, scan_of
from app.queues.forms import OpenDataForm
from app.queues.ledger import sheets
from app.web.forms import taking
from app.web.fragments import page
from app.web.steps import step_page

pages = Blueprint("queues", __name__)


@pages.get("/office")
@staff_only
def office():
    by, newest = person_here(), lists.newest()
    if request.args.get("poll") and request.args.get("seen") == newest:
        return "", 204  # htmx leaves the list as it is
    show = request.args.get("state", "") if request.args.get("state", "") in lists.SHOWS else ""
    items = lists.items_of(by.office_id)
    item = next((one.code for one in items if one.code == request.args.get("item")), "")
    inbox = lists.office_inbox(by, show, item, request.args.get("after", "")[:60])
    asked = {name: value for name, value in (("state", show), ("item", item)) if value}
    return page(
        "queues/office.html", "inbox", inbox=inbox, slips=lists.slips_to_take(by),
        asked_here=asked_of(by),
        filters=lists.filters(by, show, item), show=show, item=item, newest=newest,
        asked=asked,
    )  # fmt: skip


@pages.get("/desk/cases/<case_no>")
@staff_only
def case(case_no: str):
    by = person_here()
    found = case_for(by, case_no)
    return page("case/show.html", "file", received="received" in request.args, **casefile(found, by))


@pages.get("/desk/cases/<case_no>/ledger")
@staff_only
def ledger(case_no: str):
    """Every date of the case day by day, promised beside statutory; `?print=1` is the sheet for paper."""
    found = case_for(current_user, case_no)
    return page("case/ledger.html", case=found, sheets=sheets(found), printing=request.args.get("print") == "1",
                at=now(), by=current_user)  # fmt: skip


@pages.get("/desk/cases/<case_no>/open-personal-data")
@pages.post("/desk/cases/<case_no>/open-personal-data")
@staff_only
def open_personal_data(case_no: str):
    """The data stands in the answer to this one POST and nowhere else: a reload asks for the reason again."""
    found, form = case_for(current_user, case_no), OpenDataForm()
    if form.validate_on_submit():
        with taking(form):
            open_data(found, current_user, form.reason.data)
            return page("case/personal_data.html", case=found, **personal_data(found, current_user))
    about = _("姓名、证件号、电话、账号和地址平时遮住。查看会记入日志：谁、什么时候、为什么。")
    return step_page(found, offer(found, "open_personal_data", current_user), form, "case/open_personal_data.html",
                     about=about)  # fmt: skip


@pages.get("/desk/cases/<case_no>/scans/<int:line>")
@staff_only
def scan(case_no: str, line: int):
    """The scan of one paper, to be looked at in the page."""
    upload = scan_of(case_for(current_user, case_no), line)
    if upload is None:
        abort(404)
    answer = make_response(uploads.read(upload))
    answer.content_type = upload.content_type
    answer.headers["Content-Disposition"] = "inline"
    return answer
