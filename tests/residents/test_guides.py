"""办事指南 of every published item, and where to go."""

import pytest

from app.catalog.find import items


def test_the_guide_of_every_item_has_its_elements(app, desk):
    with app.app_context():
        codes = [listed.code for listed in items()]
    assert len(codes) == 30
    for code in codes:
        words = desk.get(f"/guides/{code}").get_text()
        for element in ("要带的材料", "怎么办", "多长时间", "事项编码", "服务对象", "收费", "办理结果", "在哪里办", "咨询和投诉"):
            assert element in words, (code, element)
        assert "[S]" not in words
        assert "[K" not in words


@pytest.mark.parametrize("words", ["高龄", "gljt", "MZ-001"])
def test_a_guide_is_found_by_plain_words_and_by_keys(desk, words):
    assert [link.get_text() for link in desk.get(f"/guides?q={words}").select(".items a")] == ["高龄津贴申请"]


def test_nothing_found_says_to_come_all_the_same(desk):
    assert "任何事都收" in desk.get("/guides?q=火星移民").get_text()
    desk.get("/guides/XX-999", 404)


def test_centres_are_listed_street_by_street(desk):
    page = desk.get("/centres")
    assert len(page.select("main h2")) == 5
    assert "文峰街道示例一社区党群服务站" in page.get_text()
    assert "示例花园小区党群服务点" not in page.get_text(), "it only gives advice"


def test_a_stranger_reads_what_becomes_of_personal_data(desk):
    assert desk.get("/").select_one("footer a[href='/privacy']")
    said = desk.get("/privacy").get_text()
    assert "加密保存" in said and "30 天后自动清除" in said and "查阅、复制、更正" in said
    assert "Personal Information Protection Law" in desk.get("/privacy?lang=en").get_text()
