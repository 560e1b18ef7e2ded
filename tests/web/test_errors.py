"""A refusal is a sentence, for a plain browser and for htmx; a mishap has a number and no trace."""

import errno

import pytest
from bs4 import BeautifulSoup
from flask import request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from app.refusals import Busy, Incomplete, NotAllowed, NotThere, OutOfTurn
from tests.databases import make_app
from tests.desk import inspect

PROBLEMS = [
    (OutOfTurn("这一件已由罗建国签收。"), 409, "这一件已由罗建国签收。"),
    (NotAllowed("要由审批人决定。"), 403, "要由审批人决定。"),
    (NotThere("没有这一件。"), 404, "没有这一件。"),
    (Incomplete("还缺户口簿。"), 422, "还缺户口簿。"),
    (Busy("系统正忙。"), 503, "系统正忙。"),
    (OperationalError("select secret", {"id": "529999"}, Exception("no such thing")), 503, "没有保存"),
    (NoConnection(), 503, "没有保存"),
    (OSError(errno.ENOSPC, "No space left on device", "/var/secret"), 507, "磁盘已满"),
    (ZeroDivisionError("secret"), 500, "请求编号"),
]  # fmt: skip
KINDS = [f"{type(problem).__name__}" for problem, _status, _words in PROBLEMS]


@pytest.fixture
def failing(app):
    """A page that fails as it is told."""

    def ask(problem, signed_in=None, **headers):
        def view():
            raise problem

        app.add_url_rule("/failing", "failing", view)
        return (signed_in or app.test_client()).get("/failing", headers=headers)

    return ask


@pytest.mark.parametrize(("problem", "status", "words"), PROBLEMS, ids=KINDS)
def test_a_refusal_is_a_whole_page_in_words(failing, problem, status, words):
    answer = failing(problem)
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == status
    assert words in page.select_one("#banner[role=alert]").get_text()
    assert "secret" not in answer.text and "Traceback" not in answer.text and "529999" not in answer.text
    inspect(page)


@pytest.mark.parametrize(("problem", "status", "words"), PROBLEMS, ids=KINDS)
def test_htmx_hears_the_banner_and_where_to_put_it(failing, problem, status, words):
    answer = failing(problem, **{"HX-Request": "true"})
    assert answer.status_code == status and words in answer.text
    assert "<html" not in answer.text
    assert answer.headers["HX-Retarget"] == "#banner" and answer.headers["HX-Reswap"] == "outerHTML"


def test_staff_are_refused_within_their_own_page(failing, desk):
    desk.sign_in("wf-01.clerk")
    page = BeautifulSoup(failing(OutOfTurn("晚了一步。"), desk.client).data, "html.parser")
    inspect(page)
    assert page.select_one('nav a[href="/desk"]') and page.select_one("form.find")


def test_a_mishap_names_the_same_number_to_the_person_and_the_log(failing, caplog):
    answer = failing(ZeroDivisionError("secret"))
    number = answer.headers["X-Request-Id"]
    assert number in answer.text and f"mishap {number}" in caplog.text


@pytest.mark.parametrize(("path", "method", "status"), [("/nowhere", "GET", 404), ("/login", "PUT", 405), ("/login", "POST", 400)])
def test_wrong_addresses_methods_and_tokens_get_a_sentence(app, path, method, status):
    answer = app.test_client().open(path, method=method)
    assert answer.status_code == status
    inspect(BeautifulSoup(answer.data, "html.parser"))
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_too_much_is_refused_with_words(app):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = app.test_client().post("/login", data={"login": "x" * 2000})
    assert answer.status_code == 413 and "太大" in answer.text


def test_a_programme_is_answered_in_json(app):
    answer = app.test_client().get("/nowhere", headers={"Accept": "application/json"})
    assert answer.json["problem"] and answer.status_code == 404


def test_without_a_database_the_page_of_refusal_still_comes(empty_app):
    """No table answers who is signed in; the sentence does not need to know."""
    client = empty_app.test_client()
    with client.session_transaction() as session:
        session["sid"] = "somebody"
    answer = client.get("/password")
    assert answer.status_code in (500, 503) and "没有保存" in answer.text
    inspect(BeautifulSoup(answer.data, "html.parser"))


def test_a_forwarded_address_is_believed_only_from_a_named_proxy(tmp_path):
    def seen_by(**settings):
        app = make_app(f"sqlite:///{tmp_path}/desk.db", tmp_path, **settings)
        app.add_url_rule("/who", view_func=lambda: request.remote_addr)
        return app.test_client().get("/who", headers={"X-Forwarded-For": "203.0.113.9"}).text

    assert seen_by() == "127.0.0.1"
    assert seen_by(TRUSTED_PROXIES="1") == "203.0.113.9"
