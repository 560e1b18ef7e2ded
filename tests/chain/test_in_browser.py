"""One case from the counter to the resident's rating in a real browser at 1366×768, with JavaScript and without."""

import pytest

from app.cases.models import Case
from app.cases.numbering import grouped
from app.extensions import db
from app.feedback.models import Rating
from app.jobs.demo import PASSWORD
from tests.sample import id_number


class Person:
    """Somebody at a desk, in a browser of their own."""

    def __init__(self, browser, login: str, javascript: bool):
        self.page = browser(javascript=javascript)
        self.page.goto("/login")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def step(self, case_no: str, step: str, **fields) -> None:
        """Open the case, choose the step among its links, fill in, send; we are back on the case afterwards."""
        self.page.goto(f"/desk/cases/{case_no}")
        self.page.click(f"main a[href$='/{step}']")
        self.fill(**fields)
        self.send()
        self.page.wait_for_url(lambda url: url.split("?")[0].endswith(case_no))

    def fill(self, **fields) -> None:
        for name, value in fields.items():
            box = self.page.locator(f"main [name={name}]")
            kind = box.first.get_attribute("type")
            if kind == "radio":
                self.page.check(f"main [name={name}][value={value}]")
            elif kind == "checkbox":
                box.first.check()
            elif box.first.evaluate("element => element.tagName") == "SELECT":
                box.first.select_option(value)
            else:
                box.first.fill(value)

    def send(self) -> None:
        """The form of this page has one main button."""
        self.page.click("main form[method=post] .act button >> nth=0")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_case_goes_from_the_counter_to_the_rating(browser, live, javascript):
    def sit(login):
        return Person(browser, login, javascript)

    clerk, officer = sit("wf-01.clerk"), sit("market_regulation.officer")
    case_no = take_in(clerk)
    clerk.step(case_no, "accept")
    slip = pack_and_send(clerk, case_no)
    officer.page.goto(f"/desk/slips/{slip}")
    officer.page.click("form[action$='/take'] button >> nth=0")
    officer.page.wait_for_selector("text=已接收")
    officer.step(case_no, "take-up")
    officer.step(case_no, "propose", outcome="granted", opinion="材料齐全，同意登记")
    sit("market_regulation.approver").step(case_no, "conclude")
    issuer = sit("wf-01.issuer")
    issuer.step(case_no, "issue-result", certificate_no="黔第2026-0001号", issuer="都匀市市场监督管理局")
    issuer.step(case_no, "make-ready")
    issuer.step(case_no, "deliver", identity_checked="y")
    rate(browser(javascript=javascript, width=390, height=844), live)
    sit("wf-01.archivist").step(case_no, "archive")
    with live.app.app_context():
        assert db.session.scalar(db.select(Case.state)) == "archived"
        assert db.session.scalar(db.select(Rating.stars)) == 5


def take_in(clerk: Person) -> str:
    page = clerk.page
    page.goto("/desk/receive")
    page.click("button[value=SJ-001]")
    page.wait_for_url("**draft=*")
    clerk.fill(id_number=id_number(5), applicant_name="王小明", phone="13800000005", f_scope="小吃服务",
               f_premises="文峰路8号", f_composition="个人经营")  # fmt: skip
    for line in range(3):
        page.check(f"[name='m-{line}-state'][value=held]")
    page.click("button[accesskey=s]")
    page.wait_for_url("**/desk/cases/**")
    return page.url.split("/cases/")[1].split("?")[0]


def pack_and_send(clerk: Person, case_no: str) -> str:
    page = clerk.page
    page.goto(f"/desk/slips/new?case={case_no}&to=market_regulation")
    for box in page.locator("[name=material_ids]").all():
        box.check()
    clerk.send()
    page.wait_for_url(lambda url: "/desk/slips/J" in url)
    slip = page.url.rsplit("/", 1)[-1]
    clerk.fill(carrier_name="赵流转")
    page.click("form[action$='/send'] button >> nth=0")
    page.wait_for_selector("text=在途")
    return slip


def rate(page, live) -> None:
    """The resident has the slip with the code, and the last four of the ID number."""
    with live.app.app_context():
        case = db.session.scalar(db.select(Case))
        code, last_four = grouped(case.status_code), case.id_number[-4:]
    page.goto("/")
    page.fill("main [name=code]", code)
    page.click("main form[method=post] button >> nth=0")
    page.wait_for_url("**/status/**")
    assert "王小明" not in page.content()
    page.goto("/status")
    page.fill("main [name=code]", code)
    page.fill("main [name=last_four]", last_four)
    page.click("main form[method=post] button >> nth=0")
    page.wait_for_url("**/status/**")
    page.check("[name=stars][value='5']")
    page.click("button:has-text('评价')")
    page.wait_for_load_state()
