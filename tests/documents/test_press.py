"""The renderer may die or hang; the desk does not."""

import os
import signal
import time

import pytest

from app.documents import child as children
from app.documents import press as pressing
from app.documents.press import Press
from app.documents.sheets import STYLE
from app.refusals import Busy

SHEET = "<p>都匀市文峰街道</p>"


@pytest.fixture
def one_press():
    made = Press(STYLE.read_text())
    yield made
    made.stop()


def test_a_killed_renderer_is_replaced(one_press):
    assert one_press.print(SHEET).startswith(b"%PDF-")
    os.kill(one_press._child.pid, signal.SIGKILL)
    one_press._child.wait()
    assert one_press.print(SHEET).startswith(b"%PDF-")


def test_a_hanging_renderer_costs_a_sentence_and_the_next_one_works(one_press, monkeypatch):
    one_press.print(SHEET)
    monkeypatch.setattr(pressing, "PATIENCE", 1.0)
    os.kill(one_press._child.pid, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(Busy, match="暂时无法生成"):
        one_press.print(SHEET)
    assert time.monotonic() - began < 3
    monkeypatch.undo()
    assert one_press.print(SHEET).startswith(b"%PDF-")


def test_a_renderer_that_dies_over_a_sheet_is_a_sentence(one_press, monkeypatch):
    one_press.print(SHEET)
    child = one_press._child
    os.kill(child.pid, signal.SIGSTOP)

    def die_then_wait(stream, event, until, wait=children._wait):
        if stream is child.stdout:
            os.kill(child.pid, signal.SIGKILL)
        wait(stream, event, until)

    monkeypatch.setattr(children, "_wait", die_then_wait)
    began = time.monotonic()
    with pytest.raises(Busy):
        one_press.print(SHEET)
    assert time.monotonic() - began < 1
    monkeypatch.undo()
    assert one_press.print(SHEET).startswith(b"%PDF-")


def test_nothing_is_fetched(one_press):
    html = '<p>文</p><img src="file:///etc/hostname"><link rel="attachment" href="file:///etc/hostname">'
    assert b"EmbeddedFile" not in one_press.print(html)
