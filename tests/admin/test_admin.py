"""三员分立: the administrator keeps people and sees no case; the auditor reads the log and changes nothing."""

import ast
from pathlib import Path

import pytest

import app as desk
from app.admin.events import ACTIONS, FACTS
from app.extensions import db
from app.people.models import DeskEvent
from tests import backoffice

ADMIN, AUDITOR = "service_admin.admin", "service_admin.auditor"
APP = Path(desk.__file__).parent
PLACES = ("/admin/users", "/admin/offices", "/admin/items", "/admin/calendar")


@pytest.mark.parametrize("address", ["/admin", *PLACES])
def test_the_administrator_reads_what_there_is(desk_of, address):
    desk_of(ADMIN).get(address)
    desk_of("wf-01.clerk").get(address, 403)


def test_the_first_page_says_what_waits_for_the_administrator(app, desk_of, clock):
    clock("2026-11-23 09:00")
    told = {row.dt.get_text(): row.dd.get_text() for row in desk_of(ADMIN).get("/admin").select("dl.facts > div")}
    assert told["可办事项"] == "30 项"
    assert told["放假安排"].startswith("2027年还没有录入")
    assert told["最近一次备份"] == "还没有做过"
    assert int(told["管理员、审批人还没有第二验证的"].split()[0]) > 0


def test_a_member_of_staff_is_added_given_a_password_and_disabled(app, desk_of):
    admin = desk_of(ADMIN)
    new = {"login": "new.clerk", "name": "赵新", "office_id": "wf-01", "roles": ["clerk"], "password": "short"}
    admin.post("/admin/users/new", new, expect=422)
    where = admin.post("/admin/users/new", new | {"password": "一个足够长的初始密码-2026"}).location
    user = admin.get(where).select_one("td a")["href"]
    admin.post(f"{user}/password", {"password": "另一个足够长的密码-2026"}, page=user)
    admin.post(f"{user}/disable", page=user)
    assert "已停用" in admin.get("/admin/users?q=new.clerk").get_text()
    with app.app_context():
        done = list(db.session.scalars(db.select(DeskEvent.action).order_by(DeskEvent.id)))
    assert done == ["add_user", "change_password", "disable_user"]
    events = desk_of(AUDITOR).get("/admin/audit").get_text()
    assert "停用人员" in events and "disable_user" not in events and "成功" in events


def test_the_auditor_proves_the_journal_and_changes_nobody(app, desk_of):
    with app.app_context():
        case_no = backoffice.received("MZ-001").case_no
    auditor = desk_of(AUDITOR)
    assert "日志完整" in auditor.get("/admin/audit?verify=1").get_text()
    auditor.get("/admin/users", 403)
    auditor.get("/admin/users/new", 403)
    auditor.get(f"/desk/cases/{case_no}", 404)
    desk_of(ADMIN).get("/admin/audit", 403)
    desk_of(ADMIN).get(f"/desk/cases/{case_no}", 404)


def test_every_event_of_the_desk_has_a_word():
    """What is recorded anywhere in the code, found there by its calls of record()."""
    calls = [
        call for path in APP.rglob("*.py") for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "record" and len(call.args) > 1
    ]  # fmt: skip
    said = {call.args[0].value for call in calls}
    assert len(calls) > 20
    assert said == set(ACTIONS)
    given = {word.arg for call in calls for word in call.keywords if word.arg} - {"subject", "result"}
    assert given <= set(FACTS)
