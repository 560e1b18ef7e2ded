"""抄录卡: what stands in our form is never typed a second time into the department's own screen."""

from bs4 import BeautifulSoup

from app.cases.models import JournalEntry
from app.extensions import db
from tests.desk import Desk
from tests.filled import ACCOUNT, filled
from tests.receive.test_intake import begin
from tests.receive.test_intake_in_browser import sign_in
from tests.sample import id_number


def received(clerk) -> str:
    address = begin(clerk, "MZ-001")
    return clerk.post(address, filled(clerk.get(address))).location.split("?")[0]


def copied(answer) -> list[str]:
    return [field["value"] for field in BeautifulSoup(answer.data, "html.parser").select(".copies input")]


def test_the_card_is_whole_in_the_order_of_the_item_and_opening_it_is_written_down(desk, app):
    clerk = desk.sign_in("wf-01.clerk")
    case = received(clerk)
    asked = clerk.get(f"{case}/copy-card")
    assert id_number() not in str(asked) and "记入日志" in asked.get_text()
    values = copied(clerk.post(f"{case}/copy-card", {}, expect=200))
    assert values.index("陈阿婆") < values.index(id_number()) < values.index(ACCOUNT)
    with app.app_context():
        last = db.session.scalar(db.select(JournalEntry).order_by(JournalEntry.id.desc()))
        assert (last.action, last.facts["reason"]) == ("open_personal_data", "抄录到承办单位的业务系统")
    order = "/desk/items/MZ-001/copy-order"
    page = clerk.get(order)
    given = {field["name"]: "" for field in page.select("[name^=at-]")}
    clerk.post(order, given | {"at-f_account": "1", "at-id_number": "2", "at-applicant_name": "3"})
    assert copied(clerk.post(f"{case}/copy-card", {}, expect=200)) == [ACCOUNT, id_number(), "陈阿婆"]
    assert "请至少留下一项" in clerk.post(order, given, expect=422).get_data(as_text=True)
    assert [box["name"] for box in clerk.get(order).select("[name^=at-]")][:3] == ["at-f_account", "at-id_number", "at-applicant_name"]


def test_rows_of_people_and_an_agent_are_copied_one_by_one(desk):
    clerk = desk.sign_in("wf-01.clerk")
    address = begin(clerk, "MZ-002")
    case = clerk.post(address, filled(clerk.get(address))).location.split("?")[0]
    assert {"陈小妹", id_number(2), "女儿"} <= set(copied(clerk.post(f"{case}/copy-card", {}, expect=200)))


def test_one_key_copies_each_field(browser, live):
    case = received(Desk(live.app).sign_in("wf-01.clerk"))
    page = browser()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page)
    page.goto(f"{case}/copy-card")
    page.wait_for_function("document.activeElement !== document.body")  # autofocus comes with the first picture
    page.keyboard.press("Enter")
    page.wait_for_selector(".copies")
    wanted = page.eval_on_selector_all(".copies input", "fields => fields.map(field => field.value)")
    got = []
    for _value in wanted:
        page.keyboard.press("Enter")
        page.wait_for_function("value => document.querySelectorAll('.copies .done').length === value", arg=len(got) + 1)
        got.append(page.evaluate("navigator.clipboard.readText()"))
    assert got == wanted and len(got) > 8
    page.keyboard.press("Enter")
    page.wait_for_selector("text=剪贴板已清空")
    assert page.evaluate("navigator.clipboard.readText()") == ""
