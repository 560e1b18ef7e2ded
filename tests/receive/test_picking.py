"""Finding the matter: initials, what people call it, and what this counter does most."""

import pytest

from app.catalog.find import search
from tests.receive.test_known import clerk, take_in  # noqa: F401


@pytest.mark.parametrize("words, code", [
    ("老人补贴", "MZ-001"), ("低保", "MZ-002"), ("房补", "ZJ-001"), ("公租房", "ZJ-001"), ("开店", "SJ-001"), ("营业执照", "SJ-001"),
    ("lrbt", "MZ-001"), ("老年证", "MZ-006"), ("医保", "YB-001"), ("暂住证", "GA-001"), ("开饭店", "SJ-002"), ("调解", "SF-001"),
    ("准生证", "WJ-001"), ("招牌", "CG-002"), ("gljt", "MZ-001"), ("举报", "WG-001"), ("残疾证", "CL-001"), ("退伍军人证", "TY-001"),
])  # fmt: skip
def test_plain_words_find_the_matter(inside, words, code):
    assert search(words)[0].code == code


def test_of_two_that_fit_the_usual_one_comes_first(inside):
    plain = [one.code for one in search("jz")]
    assert len(plain) > 1
    last = plain[-1]
    assert search("jz", {last: 5})[0].code == last or _nearer(plain, last)


def _nearer(codes, last) -> bool:
    """Only what is as near may change places."""
    return [one.code for one in search("jz", {last: 5})].index(last) <= codes.index(last)


def test_what_this_counter_does_most_stands_first_with_a_key(clerk):  # noqa: F811
    for item in ("MZ-001", "SJ-001", "SJ-001"):
        take_in(clerk, item, **({"duplicate_reason": "第二家店"} if item == "SJ-001" else {}))
    page = clerk.get("/desk/receive")
    usual = [(button["value"], button["data-usual"]) for button in page.select("[data-usual]")]
    assert usual == [("SJ-001", "1"), ("MZ-001", "2")]


def test_one_page_lists_every_key(clerk):  # noqa: F811
    page = clerk.get("/desk/help").get_text()
    assert all(key in page for key in ("F2", "F4", "F8", "F9", "Ctrl+Enter", "Alt+R", "Alt+A"))
    assert clerk.get("/desk").select_one("a[data-keys]")["href"] == "/desk/help"
