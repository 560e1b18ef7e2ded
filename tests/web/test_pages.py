"""The skeleton of every page, its headers, and the macros pages are built from."""

import re
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask import render_template

from app.web import words
from app.web.headers import HEADERS
from app.web.templates import templates
from tests.desk import inspect

SHELL = '{% extends "layout/base.html" %}{% block title %}页{% endblock %}{% block content %}<h1>页</h1>{% endblock %}'
HALL = SHELL.replace("base", "public")


def said(template: str, **context) -> str:
    return render_template(templates().from_string(template), **context)


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/static/desk.css", "/healthz"])
def test_every_answer_carries_the_strict_headers(app, path):
    answer = app.test_client().get(path, buffered=True)
    for name in HEADERS:
        assert answer.headers[name]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy


def test_nothing_but_static_files_stays_in_a_browser(app):
    client = app.test_client()
    page = client.get("/login")
    assert page.headers["Cache-Control"] == "no-store" and "HX-Request" in page.headers["Vary"]
    for address in re.findall(r'(?:src|href)="(/[^"]+\?v=[^"]+)"', page.text):
        kept = client.get(address, buffered=True)
        assert kept.status_code == 200 and "immutable" in kept.headers["Cache-Control"], address
    assert "no-cache" in client.get("/static/desk.css", buffered=True).headers["Cache-Control"]


def test_a_browser_may_report_what_it_refused_and_nothing_personal_is_logged(app, caplog):
    client, refused = app.test_client(), {"blocked-uri": "https://evil.example/x?code=secret", "effective-directive": "script-src"}
    sent = {"csp-report": refused | {"document-uri": "http://localhost/status/SECRETCODE"}}
    assert client.post("/csp-report", json=sent, content_type="application/csp-report").status_code == 204
    assert "evil.example" in caplog.text and "script-src" in caplog.text and "secret" not in caplog.text.lower()
    for body in (b"", b"{", b"[1, {}]", b'"x"', b"null", b'{"csp-report": 7}', b"\xff" * 9000, b"[" * 5000):
        answer = client.post("/csp-report", data=body, content_type="application/csp-report")
        assert answer.status_code == (400 if len(body) > 8192 else 204), body[:20]
    assert client.post("/csp-report", data={"a": "b"}).status_code == 400


def test_a_name_that_is_not_ours_is_refused(databases, tmp_path):
    with databases.fresh("sqlite", tmp_path, ALLOWED_HOSTS="desk.example") as app:
        hosts = {"desk.example": 200, "desk.example:8000": 200, "localhost": 200, "evil.example": 400, "desk.example@evil.example": 400, "[": 400}
        for host, status in hosts.items():
            answer = app.test_client().get("/login", headers={"Host": host})
            assert answer.status_code == status, host
            assert "evil" not in answer.text


@pytest.mark.parametrize(("login", "places"), [("wf-01.clerk", ["/desk", "/desk/visits", "/desk/slips"]), (None, [])])
@pytest.mark.parametrize("template", [SHELL, HALL])
def test_the_skeleton_passes_the_inspection(app, desk, login, places, template):
    app.add_url_rule("/desk/page", "sample", lambda: said(template))
    if login:
        desk.sign_in(login)
    page = desk.get("/desk/page")
    assert page.html["lang"] == "zh-CN"
    if template is SHELL:
        assert [a["href"] for a in page.select("nav.places a")] == places
        assert bool(page.select_one('form[action="/logout"]')) is bool(login)


def test_big_print_travels_in_the_links(app, desk):
    app.add_url_rule("/page", "sample", lambda: said(HALL))
    assert "big" not in desk.get("/page").html["class"]
    page = desk.get("/page?big=1")
    assert "big" in page.html["class"] and page.select_one("a.brand")["href"] == "/?big=1"


MACROS = """
{{ ui.form_tag("/x", "#x", data_enter="next") }}{{ ui.submit("受理", name="step", value="accept") }}</form>
{{ ui.rail([{"word": "收件", "state": "done", "since": day}, {"word": "流转", "state": "now", "holder": "<b>"},
            {"word": "办理", "state": "todo", "until": day}, {"word": "反馈", "state": "stopped"}]) }}
{{ ui.timeline([{"at": moment, "word": "收件", "actor": "韦", "text": "<i>", "hash": "abcdef1234"}]) }}
{{ ui.why([{"word": "决定", "url": "/d"}, {"word": "交付", "reason": "还没有决定。"}]) }}
{% call ui.table(["一", ("二", "num")], caption="表") %}<tr><td>1</td><td>2</td></tr>{% endcall %}
{{ ui.facts([("姓名", "张*"), ("空", None)]) }}{{ ui.light("red") }}{{ ui.empty("没有") }}{{ ui.next_page("/n") }}
"""


@pytest.fixture
def parts(app):
    with app.test_request_context("/"):
        html = said(MACROS, day=date(2026, 12, 3), moment=datetime(2026, 12, 3, 1, 30, tzinfo=UTC))
    page = BeautifulSoup(html, "html.parser")
    inspect(page, part=True)
    return page


def test_the_form_works_alone_and_asks_htmx_the_same(parts):
    form = parts.form
    assert form["action"] == form["hx-post"] == "/x" and form["method"] == "post" and form["data-enter"] == "next"


def test_the_rail_says_where_the_case_is(parts):
    links = parts.select(".rail li")
    assert [li["class"] for li in links] == [["done"], ["now"], ["todo"], ["stopped"]]
    assert [li.get("aria-current") for li in links] == [None, "step", None, None]
    assert "进行中" in links[1].get_text() and "12月3日（周四）前" in links[2].get_text()
    assert not parts.select(".rail b")


def test_a_step_that_is_not_open_says_why_in_sight(parts):
    shut = parts.select_one('[aria-disabled="true"]')
    assert "还没有决定。" in shut.get_text() and not shut.get("href")


def test_a_light_is_a_word_too(parts):
    assert parts.select_one(".light-red").get_text() == "超期"


def test_a_moment_is_written_at_the_time_of_the_desk(parts):
    assert "09:30" in parts.select_one("time").get_text()


@pytest.mark.parametrize(
    ("filter_", "value", "written"),
    [
        (words.day, date(2026, 12, 3), "2026年12月3日（周四）"),
        (words.day, datetime(2026, 12, 2, 18, 0, tzinfo=UTC), "2026年12月3日（周四）"),
        (words.day, None, ""),
        (words.moment, datetime(2026, 12, 3, 1, 5, tzinfo=UTC), "2026年12月3日 09:05"),
        (words.brief, date(1999, 1, 1), "1999年1月1日（周五）"),
        (words.days_left, 3, "还剩 3 天"),
        (words.days_left, 0, "今天到期"),
        (words.days_left, -2, "已超 2 天"),
        (words.money, "1234.5", "1,234.50 元"),
        (words.money, None, ""),
        (words.grouped, "522701002261", "5227 0100 2261"),
        (words.light_word, None, ""),
    ],
)
def test_dates_and_amounts_are_written_as_the_desk_writes_them(request_context, filter_, value, written):
    assert filter_(value) == written


def test_working_days_left_are_called_so(request_context):
    assert words.days_left(1, working=True) == "还剩 1 个工作日"
    assert words.days_left(-1, working=True) == "已超 1 个工作日"


def test_an_english_reader_gets_english_dates(app):
    with app.test_request_context("/?lang=en"):
        assert words.day(date(2026, 12, 3)) == "Thu 3 Dec 2026"
        assert words.page_language() == "en"


def test_a_sentence_that_never_changes_stands_in_the_template_of_each_language(app):
    source = '{{ _("退出") }}|{% set word = _("退出") %}{{ word }}|{{ _("一共 %(n)s 项", n=number) }}|{{ asset("desk.css") }}'
    for lang, word in (("zh", "退出"), ("en", "Sign out")):
        with app.test_request_context(f"/?lang={lang}"):
            ours = templates()
            assert said(source, number="<b>").startswith(f"{word}|{word}|")
            assert "&lt;b&gt;" in said(source, number="<b>")
            written = ours.compile(source, raw=True)
            assert written.count(word) == 2 and "desk.css?v=" in written and "'number'" in written
