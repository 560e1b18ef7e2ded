"""2 物料流转: to another office, and questions to the window and back."""

from flask import Blueprint
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.cases.standing import Standing
from app.people.find import office, offices
from app.people.guard import staff_only
from app.route import actions, forms
from app.web.forms import answers
from app.web.steps import step_page, taken

pages = Blueprint("route", __name__)


@pages.get("/desk/cases/<case_no>/reassign")
@pages.post("/desk/cases/<case_no>/reassign")
@staff_only
def reassign(case_no: str):
    case = case_for(current_user, case_no)
    form = forms.reassign_form(_live_tasks(case), _working_offices(case.street_id))

    def take():
        actions.reassign(case, current_user, **answers(form) | {"task_id": int(form.task_id.data)})

    about = _("承诺期限照走。选同一单位就是收回承办人，任务重新待认领。")
    return taken(case_no, form, take) or step_page(case, offer(case, "reassign", current_user), form, about=about)


@pages.get("/desk/cases/<case_no>/query-window")
@pages.post("/desk/cases/<case_no>/query-window")
@staff_only
def query_window(case_no: str):
    case, form = case_for(current_user, case_no), forms.QueryForm()
    about = _("问的是收件窗口，不是申请人：受理后不得再要求申请人补交材料。询问不停表。")
    return taken(case_no, form, lambda: actions.query_window(case, current_user, **answers(form))) or step_page(
        case, offer(case, "query_window", current_user), form, about=about
    )


@pages.get("/desk/cases/<case_no>/answer")
@pages.post("/desk/cases/<case_no>/answer")
@staff_only
def answer(case_no: str):
    case, form = case_for(current_user, case_no), forms.AnswerForm()
    return taken(case_no, form, lambda: actions.answer(case, current_user, **answers(form))) or step_page(
        case, offer(case, "answer", current_user), form, "route/answer.html",
        queries=Standing(case, current_user).open_queries,
    )  # fmt: skip


def _live_tasks(case) -> list[tuple[int, str]]:
    tasks = Standing(case, current_user).live_tasks
    return [
        (task.id, _("第 %(n)s 环节 %(office)s", n=task.stage, office=office(task.office_id).name)
         + (f"（{task.claimed_name}）" if task.claimed_name else ""))
        for task in tasks
    ]  # fmt: skip


def _working_offices(street_id: str) -> list[tuple[str, str]]:
    """Those that handle cases: of the city and of this street, no windows."""
    return [
        (place.id, place.name)
        for place in offices()
        if not place.closed and not place.is_window and place.street_id in (None, street_id)
    ]
