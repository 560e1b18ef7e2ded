"""Between desks: a question to the window and its answer, and a task that goes to another office."""

from app.cases.standing import Standing
from tests import sample
from tests.backoffice import again, on_the_table, taken_up

OFFICER = "urban_management.officer"


def live_task(case_no: str):
    return Standing(again(case_no), sample.actor(OFFICER)).live_tasks[0]


def test_a_question_goes_to_the_window_and_comes_back_answered(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
        due = again(case_no).due_on
    officer, clerk = desk_of(OFFICER), desk_of("wf-01.clerk")
    url = f"/desk/cases/{case_no}"
    clerk.get(f"{url}/answer", expect=409)
    officer.post(f"{url}/query-window", {"reason": "随便问问", "question": "？"}, expect=422)
    officer.post(f"{url}/query-window", {"reason": "份数不符", "question": "申请表是两份吗"})
    with app.app_context():
        case = again(case_no)
        assert (case.waits_office_id, case.waits_for, case.due_on) == ("wf-01", "clerk", due)
    assert "申请表是两份吗" in clerk.get(f"{url}/answer").get_text()
    officer.get(f"{url}/propose", expect=409)
    clerk.post(f"{url}/answer", {"answer": "只有一份，清单写错"})
    page = officer.get(url).get_text()
    assert "只有一份，清单写错" in page
    officer.get(f"{url}/propose")


def test_a_supervisor_gives_the_task_to_another_office(app, desk_of):
    with app.app_context():
        case_no = on_the_table().case_no
        task = live_task(case_no).id
    supervisor = desk_of("wf-01.supervisor")
    url = f"/desk/cases/{case_no}/reassign"
    assert "wf-01" not in {option["value"] for option in supervisor.get(url).select("select option")}
    supervisor.post(url, {"task_id": str(task), "office_id": "nowhere", "reason": "分错了"}, expect=422)
    supervisor.post(url, {"task_id": str(task), "office_id": "public_security", "reason": "分错了"})
    with app.app_context():
        assert live_task(case_no).office_id == "public_security"


def test_a_task_taken_from_its_holder_is_free_again(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
        task = live_task(case_no)
        number, here = task.id, task.office_id
    url = f"/desk/cases/{case_no}/reassign"
    desk_of("wf-01.supervisor").post(url, {"task_id": str(number), "office_id": here, "reason": "休假"})
    with app.app_context():
        assert live_task(case_no).state == "open"
