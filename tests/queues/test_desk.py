"""今日 and the one box: what waits at the counter, and how anything is found."""

import pytest
from sqlalchemy import event

from app.catalog.find import current_spec
from app.documents.models import Document
from app.extensions import db, one_transaction
from app.receive import actions
from tests.sample import actor, answers, applicant, everything, id_number, without


@pytest.fixture
def clerk(desk):
    return desk.sign_in("wf-01.clerk")


@pytest.fixture
def received(app):
    def take_in(n: int = 1, item_code: str = "MZ-001", *lacking: str, name: str = "王小明") -> str:
        with app.app_context():
            spec = current_spec(item_code)
            ticks = without(spec, *lacking) if lacking else everything(spec)
            person = applicant(n, name=name)
            return actions.receive(actor("wf-01.clerk"), f"k{n}", item_code, person, ticks, answers(spec)).case_no

    return take_in


def shown_under(page, wait: str) -> str:
    heading = page.select_one(f"#wait-{wait}")
    return heading.find_next_sibling().get_text() if heading else ""


def test_the_search_box_has_the_focus(clerk):
    page = clerk.get("/desk")
    assert page.select_one("#q").has_attr("autofocus") and page.select_one("[data-new]")
    assert "没有等在本窗口的办件" in page.get_text()


def test_a_case_stands_under_what_it_waits_for(clerk, received, desk_of):
    fresh, lacking = received(1), received(2, "MZ-001", "户口簿")
    clerk.post(f"/desk/cases/{lacking}/request-correction")
    page = clerk.get("/desk")
    assert fresh in shown_under(page, "back") and lacking in shown_under(page, "correction")
    assert "王**" in shown_under(page, "back") and "王小明" not in page.get_text()
    form = clerk.get(f"/desk/cases/{lacking}/supplement")
    box = form.select_one("[name$=-arrived]")["name"]
    clerk.post(f"/desk/cases/{lacking}/supplement", {box: "y"})
    assert lacking in shown_under(clerk.get("/desk"), "corrected")
    clerk.post(f"/desk/cases/{fresh}/accept")
    assert fresh in shown_under(clerk.get("/desk"), "route")
    assert (
        "还没有" in desk_of("gh-01.clerk").get("/desk").get_text()
        or fresh not in desk_of("gh-01.clerk").get("/desk").get_text()
    )


def test_a_full_desk_asks_no_more_questions_than_an_empty_one(app, clerk, received):
    clerk.get("/desk")
    before = count(app, lambda: clerk.get("/desk"))
    for n in range(1, 6):
        received(n)
    assert count(app, lambda: clerk.get("/desk")) == before


def count(app, look) -> int:
    asked = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    look()
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def test_a_number_leads_straight_to_its_case(app, clerk, received):
    number = received()
    address = f"/desk/cases/{number}"
    with app.app_context():
        receipt = db.session.scalar(db.select(Document))
        document_no, code = receipt.number, receipt.verify_code
    for typed in (number, number.lower(), f" {number} ", document_no, document_no.replace("〔", "[").replace("〕", "]"),
                  code, id_number(1), "13800000001"):  # fmt: skip
        answer = clerk.fetch(f"/desk/find?q={typed}", expect=303)
        assert answer.headers["Location"] == address, typed


def test_a_slip_number_leads_to_the_slip(clerk):
    from app.cases.numbering import with_check

    number = with_check("J2611230001")
    assert clerk.fetch(f"/desk/find?q={number}", expect=303).headers["Location"] == f"/desk/slips/{number}"
    clerk.get("/desk/find?q=J26112300010")


def test_names_and_items_are_listed(clerk, received):
    first, second = received(1), received(2)
    page = clerk.get("/desk/find?q=小明")
    assert first in page.get_text() and second in page.get_text() and "小明" not in page.table.get_text()
    items = clerk.get("/desk/find?q=gljt")
    assert items.select_one("button[name=item_code]")["value"] == "MZ-001"
    location = clerk.post("/desk/drafts", {"item_code": "MZ-001"}, page="/desk/find?q=gljt").location
    assert location.startswith("/desk/receive?draft=")


def test_another_centre_finds_nothing(received, desk_of, app):
    number = received()
    stranger = desk_of("gh-01.clerk")
    with app.app_context():
        document_no = db.session.scalar(db.select(Document.number))
    for typed in (number, document_no, id_number(1), "小明", "13800000001"):
        page = stranger.get(f"/desk/find?q={typed}")
        assert "没有找到" in page.get_text() and number not in page.main.get_text().replace(typed, "")


@pytest.mark.parametrize("typed", ["", "%", "'; DROP", "〔2026〕", "\x00", "a" * 300, "王"])
def test_nonsense_finds_nothing_and_breaks_nothing(clerk, received, typed):
    received()
    clerk.get("/desk/find", expect=200) if not typed else clerk.fetch("/desk/find", query_string={"q": typed})


def test_my_day_counts_what_i_did_and_nobody_else(desk_of):
    from tests.filled import filled
    from tests.receive.test_intake import begin

    clerk, other = desk_of("wf-01.clerk"), desk_of("wf-01.issuer")
    address = begin(clerk, "MZ-001")
    case = clerk.post(address, filled(clerk.get(address))).location.split("?")[0]
    clerk.post(f"{case}/accept", {})
    page = clerk.get("/desk/my-day").get_text(" ", strip=True)
    assert "经手 1 件" in page and "1 收件" in page and "1 受理" in page
    assert "还没有经手" in other.get("/desk/my-day").get_text()


def test_what_does_not_fit_on_the_first_page_stands_on_the_next(clerk, received, app, monkeypatch):
    from app.cases.models import Case
    from app.queues import desk_lists

    monkeypatch.setattr(desk_lists, "SIZE", 2)
    numbers = {received(n, "MZ-001") for n in range(1, 6)}
    with app.app_context(), one_transaction():  # one of them without a date, as a forwarded matter may be
        undated = sorted(numbers)[2]
        db.session.execute(db.update(Case).where(Case.case_no == undated).values(due_on=None))
    seen, url = [], "/desk"
    while url:
        page = clerk.get(url)
        seen += [link.get_text() for link in page.select("#waiting td.tight a")]
        url = next((link["href"] for link in page.select("nav.pages a[rel=next]")), None)
    assert sorted(seen) == sorted(numbers)
    assert clerk.get("/desk?after=nonsense~x") and clerk.get("/desk?after=2026-99-99~3")
