"""What a person may ask of the desk about their own data: a copy of it, and that it is put right."""

import json

from flask import flash, make_response, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.moments import now
from app.people.guard import staff_only
from app.queues import actions
from app.queues.forms import CorrectDataForm, ExportDataForm
from app.queues.subject import as_data, held
from app.queues.views import pages
from app.web.forms import taking
from app.web.fragments import go_to, page
from app.web.steps import step_page


@pages.get("/desk/cases/<case_no>/export-personal-data")
@pages.post("/desk/cases/<case_no>/export-personal-data")
@staff_only
def export_personal_data(case_no: str):
    """Like any opening, in the answer to a POST alone: a page to read and print, or a file."""
    found, form = case_for(current_user, case_no), ExportDataForm()
    step = offer(found, "export_personal_data", current_user)
    if form.validate_on_submit() and not step.reason:
        with taking(form):
            cases = actions.export_personal_data(found, current_user, form.reason.data, form.identity.data)
            told = held(cases, current_user)
            if form.given_as.data == "file":
                return _as_file(told, found.case_no)
            return page("case/copy_of_data.html", case=found, told=told, at=now(), by=current_user)
    about = _("本人（或受托人）要求查阅、复制个人信息时用。包含您能看到的、该证件号名下的全部办件；每一件都记入日志。")
    return step_page(found, step, form, "case/export_personal_data.html", about=about)


@pages.get("/desk/cases/<case_no>/correct-personal-data")
@pages.post("/desk/cases/<case_no>/correct-personal-data")
@staff_only
def correct_personal_data(case_no: str):
    found = case_for(current_user, case_no)
    form = CorrectDataForm(found.id_type)
    step = offer(found, "correct_personal_data", current_user)
    if form.validate_on_submit() and not step.reason:
        with taking(form):
            actions.correct_personal_data(found, current_user, form.changes(), form.reason.data)
            flash(_("已更正，原来的内容密封留在日志里。已出具的文书不变，需要时另行更正补发。"))
            return go_to(url_for("queues.case", case_no=found.case_no))
    about = _("只填要更正的项，空着的不变。")
    return step_page(found, step, form, about=about)


def _as_file(told: list[dict], case_no: str):
    answer = make_response(json.dumps(as_data(told, now()), ensure_ascii=False, indent=2))
    answer.content_type = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="personal-data-{case_no}.json"'
    return answer
