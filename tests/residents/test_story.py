"""The words a resident reads: every state has its sentence, in nobody's office language."""

from datetime import date

import pytest

from app.cases.steps import ANYWHERE
from app.residents.story import TOLD, Facts, story

DUES = {kind: date(2026, 12, 3) for kind in ("intake", "correction", "promise", "delivery", "collect", "supplement")}


@pytest.fixture(autouse=True)
def asked(app_once, clock):
    clock("2026-11-20 09:30")
    with app_once.test_request_context():
        yield


def test_every_state_has_a_story():
    assert set(TOLD) == {"new", *ANYWHERE}


def test_where_the_papers_are_and_until_when():
    there = Facts("accepted", centre="文峰街道党群服务中心", at="市民政局", there=True, dues=DUES)
    assert story(there).now == "已经受理，材料已送到市民政局，预计12月3日（周四）前办好。"
    moving = Facts("accepted", centre="文峰街道党群服务中心", at="市民政局", moving=True, dues=DUES)
    assert "正在送往市民政局的路上" in story(moving).now


def test_what_to_bring_is_said_when_it_is_the_resident_s_turn():
    told = story(Facts("correction", missing=("居民户口簿",), dues=DUES))
    assert told.your_turn
    assert told.bring == ("居民户口簿",)
    assert "12月3日（周四）前" in told.now
    assert story(Facts("ready", centre="中心", dues=DUES)).bring[0] == "本人的身份证"


def test_a_pause_and_a_provisional_date_are_said_as_such():
    told = story(Facts("processing", at="市民政局", procedure="社区公示", dues=DUES, tentative=True))
    assert "社区公示" in told.now
    assert "日期可能变动" in told.now


@pytest.mark.parametrize("state", TOLD)
@pytest.mark.parametrize("outcome", [None, "granted", "denied", "partly"])
@pytest.mark.parametrize("mode", ["window", "post", "community", "door"])
def test_a_story_is_told_even_when_no_date_is_known(state, outcome, mode):
    told = story(Facts(state, outcome=outcome, mode=mode, centre="文峰街道党群服务中心"))
    assert told.now.endswith("。")
    assert "None" not in told.now + told.next


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts("received", dues=DUES), "原定12月3日（周四）前告诉您结果"),
        (Facts("accepted", at="市民政局", there=True, dues=DUES), "已经受理，材料已送到市民政局，原定12月3日（周四）前办好。"),
        (Facts("processing", at="市民政局", missing=("户口簿",), dues=DUES), "（12月3日（周四）前）已经过了，请尽快交到任何一个窗口。"),
        (Facts("decided", outcome="granted", dues=DUES), "原定12月3日（周四）前送到。"),
        (Facts("correction", missing=("户口簿",), dues=DUES), "已经过了，请尽快到窗口。"),
        (Facts("ready", centre="中心", dues=DUES), "现在仍然可以来领。"),
    ],
)
def test_a_day_that_is_over_is_not_promised_again(clock, facts, said):
    clock("2026-12-04 09:30")
    told = story(facts)
    assert said in told.now + told.next
    assert not any(word in told.now + told.next for word in ("预计", "最晚", "请在"))
