"""What is asked all day leaves nothing in rings: what only the collector frees fills a worker's memory until it comes round."""

import gc

import pytest

ASKED_ALL_DAY = {
    "wf-01.clerk": ("/desk", "/desk/slips", "/desk/receive", "/desk/find?q=王"),
    "urban_management.officer": ("/office", "/office?state=mine", "/office?poll=1"),
    "wf-01.supervisor": ("/oversight",),
}
MOST = 150  # objects a page; a statement with tables by other names that is put together anew leaves thousands


@pytest.mark.parametrize("login", ASKED_ALL_DAY)
def test_a_page_that_is_asked_all_day_leaves_little_for_the_collector(app, desk_of, login):
    browser = desk_of(login)
    for path in ASKED_ALL_DAY[login]:
        for _time in range(3):
            browser.client.get(path)
            gc.collect()  # what others have left, and what is put together once
        gc.disable()
        try:
            for _time in range(3):
                assert browser.client.get(path).status_code in (200, 204)
            left = gc.collect() / 3
        finally:
            gc.enable()
        assert left <= MOST, f"{path}: {left:.0f} objects"
