"""Beside the intake: what to ask first, what this item's notices complained of, who to call, how a good form looks."""

from app.receive import actions
from tests import sample
from tests.backoffice import received


def test_the_page_says_what_a_newcomer_must_know(desk, app):
    clerk = desk.sign_in("wf-01.clerk")
    page = clerk.get("/desk/items/MZ-001/knowledge").get_text()
    assert "替别人办" in page and "原件带了吗" in page and "还没有补正记录" in page
    assert "市民政局" in page and "填写示例" in page
    with app.app_context():
        by = sample.actor("wf-01.clerk")
        for n in (1, 2):
            lines = [{"name": "户口簿", "problem": "复印件不清晰", "standard": "", "material_id": None}]
            actions.request_correction(received("MZ-001", n), by, lines)
    page = clerk.get("/desk/items/MZ-001/knowledge", part=True)
    assert "户口簿：复印件不清晰" in page.get_text() and "2 次" in page.get_text()


def test_every_item_can_be_explained(inside):
    from app.catalog.find import items
    from app.receive.knowledge import knowledge

    for one in items():
        found = knowledge(sample.actor("wf-01.clerk"), one.code)
        assert found.ask and found.offices, one.code
        assert found.spec.ask_first and found.spec.mistakes and found.spec.contact, f"{one.code}: the sample city says nothing of its own"


def test_it_opens_beside_the_intake(browser, live):
    from tests.receive.test_intake_in_browser import sign_in
    from tests.receive.test_scanner import open_intake

    page = browser()
    sign_in(page)
    open_intake(page, "MZ-006")
    page.click(".know summary")
    page.wait_for_selector("#know >> text=先问什么")
