"""Getting in, being slowed down, getting out: through the real form."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app import moments
from app.extensions import db, one_transaction
from app.jobs.demo import PASSWORD
from app.people import actions
from app.people.models import DeskEvent, LoginDelay, LoginSession, User
from app.people.sessions import actor_of, end_all_sessions, open_session
from app.refusals import Incomplete

CLERK = "wf-01.clerk"


def sign_in(desk, login=CLERK, password=PASSWORD, expect=303, url="/login", **more):
    return desk.post(url, {"login": login, "password": password, **more}, expect=expect, page=url)


def session_of(desk):
    with desk.client.session_transaction() as session:
        return dict(session)


def open_sessions(app):
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(LoginSession))


@pytest.mark.parametrize(
    ("login", "first_page"),
    [
        (CLERK, "/desk"),
        ("wf-01.issuer", "/desk"),
        ("civil_affairs.officer", "/office"),
        ("mediation_committee-wenfeng.mediator", "/office"),
        ("wf-01.supervisor", "/oversight"),
        ("service_admin.admin", "/admin"),
        ("service_admin.auditor", "/desk"),
    ],
)
def test_everyone_begins_at_their_own_work(desk, login, first_page):
    assert sign_in(desk, login).location == first_page


def test_capitals_and_full_width_letters_in_the_name_do_not_matter(desk):
    assert sign_in(desk, " ＷＦ-01.Clerk ").location == "/desk"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        (CLERK, "not the password"),
        ("nobody.here", PASSWORD),
        ("wf-01.clerk\x00", "x" * 20),
        ("", PASSWORD),
        (CLERK, ""),
        (CLERK, "长" * 5000),
        ("' or 1=1 --", "' or 1=1 --"),
        ("x" * 5000, PASSWORD),
    ],
)
def test_a_wrong_name_or_password_stays_at_the_door(desk, login, password):
    answer = sign_in(desk, login, password, expect=422)
    assert "sid" not in session_of(desk)
    assert PASSWORD not in answer.text


def test_a_wrong_password_and_an_unknown_name_are_told_alike(desk):
    wrong = sign_in(desk, CLERK, "not the password", expect=422).text
    unknown = sign_in(desk, "nobody.here", "not the password", expect=422).text
    assert "登录名或密码不正确" in wrong
    assert "登录名或密码不正确" in unknown


def test_a_disabled_clerk_is_told_no_more_than_a_stranger_and_is_out_at_once(app, desk):
    sign_in(desk)
    with app.app_context():
        actions.disable_user(CLERK)
    assert desk.fetch("/password", 303).headers["Location"].startswith("/login")
    assert "登录名或密码不正确" in sign_in(desk, expect=422).text


def test_from_the_fifth_wrong_try_one_waits_and_ever_longer(inside, clock):
    start = clock("2026-12-03 09:00")

    def try_it(address="10.0.0.9", password="not the password"):
        return actions.sign_in(CLERK, password, address)

    for _ in range(5):
        with pytest.raises(Incomplete):
            try_it()
    waits = []
    for _ in range(6):
        with pytest.raises(actions.TooSoon):
            try_it(password=PASSWORD)  # not even the right one
        delay = db.session.scalar(db.select(LoginDelay))
        waits.append((delay.until - moments.now()) // timedelta(minutes=1))
        clock(delay.until + timedelta(seconds=1))
        with pytest.raises(Incomplete):
            try_it()
    assert waits == [1, 2, 4, 8, 15, 15]
    assert try_it(address="10.0.0.5", password=PASSWORD)  # the true clerk, from elsewhere
    clock(start - timedelta(days=3))  # a clock put back locks nobody out for days
    assert try_it(password=PASSWORD)


def test_guesses_at_the_same_moment_are_all_counted(app):
    def guess(number):
        with app.app_context():
            try:
                actions.sign_in(CLERK, f"not the password {number}", "10.0.0.9")
            except (Incomplete, actions.TooSoon) as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(12)))
    assert sorted(answers) == ["Incomplete"] * 5 + ["TooSoon"] * 7


def test_whoever_sits_at_an_open_screen_cannot_guess_the_old_password(desk):
    desk.sign_in(CLERK)
    form = {"password": "a good long password", "password_again": "a good long password"}
    for _ in range(5):
        desk.post("/password", {"old_password": "a guess", **form}, expect=422)
    assert "尝试次数过多" in desk.post("/password", {"old_password": PASSWORD, **form}, expect=422).text


def test_signing_in_forgets_the_wrong_tries(inside):
    for _ in range(3):
        for _ in range(3):
            with pytest.raises(Incomplete):
                actions.sign_in(CLERK, "not the password", "10.0.0.9")
        actions.sign_in(CLERK, PASSWORD, "10.0.0.9")
    assert db.session.scalar(db.select(db.func.count()).select_from(LoginDelay)) == 0


def test_good_and_bad_tries_are_on_record_without_password_or_token(app, desk):
    sign_in(desk, password="not the password", expect=422)
    sign_in(desk, "nobody.here", expect=422)
    sign_in(desk)
    desk.post("/logout", page="/password")
    with app.app_context():
        rows = db.session.scalars(db.select(DeskEvent).order_by(DeskEvent.id)).all()
        assert [(row.action, row.result) for row in rows] == [
            ("sign_in", "wrong"), ("sign_in", "wrong"), ("sign_in", "ok"), ("sign_out", "ok"),
        ]  # fmt: skip
        said = repr([(row.actor_name, row.subject, row.facts) for row in rows])
        assert PASSWORD not in said and "nobody.here" not in said and "not the password" not in said


def test_signing_in_makes_a_new_session(app, desk):
    desk.get("/login")
    with desk.client.session_transaction() as session:
        session["sid"] = "chosen by somebody else"
        session["planted"] = True
    before = session_of(desk)
    sign_in(desk)
    after = session_of(desk)
    assert after["sid"] != before["sid"]
    assert "planted" not in after
    with app.app_context():
        row = db.session.scalar(db.select(LoginSession))
        assert after["sid"] not in (row.token_hash, row.user_id)


def test_signing_out_ends_the_session_on_the_server(app, desk):
    sign_in(desk)
    kept = session_of(desk)
    desk.post("/logout", page="/password")
    assert open_sessions(app) == 0
    with desk.client.session_transaction() as session:
        session.update(kept)  # the cookie of before, put back
    assert desk.fetch("/password", 303).headers["Location"].startswith("/login")


def test_signing_out_needs_the_token_of_the_form(app, desk):
    sign_in(desk)
    desk.send("/logout", {}, expect=None)
    assert open_sessions(app) == 1


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/\t/evil.example", "http:evil.example", "/login", "/logout", "desk", "/a\r\nX: y", "", "x" * 3000,
    ],
)  # fmt: skip
def test_after_signing_in_only_an_address_of_this_house_is_believed(desk, foreign):
    assert sign_in(desk, next=foreign).location == "/desk"


def test_after_signing_in_one_is_back_where_one_was(desk):
    door = desk.fetch("/password?draft=7&name=%E6%96%87", 303).headers["Location"]
    assert door.startswith("/login")
    answer = desk.fetch("/login?next=/office%3Flight%3Dred")
    assert 'value="/office?light=red"' in answer.text
    assert sign_in(desk, url="/login?next=/office%3Flight%3Dred").location == "/office?light=red"
    assert desk.fetch("/login?next=//evil.example", 303).headers["Location"] == "/desk"


def test_htmx_is_led_to_the_door_as_a_whole_page(desk):
    answer = desk.client.get(
        "/password", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/desk/receive?draft=9"}
    )
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/login?next=/desk/receive?draft%3D9"


def test_the_cookie_carries_no_time_and_a_forged_one_is_nothing(desk):
    sign_in(desk)
    cookie = desk.client.get_cookie("desk")
    assert cookie.http_only and cookie.same_site == "Lax"
    assert cookie.decoded_value.count(".") == 1  # a timed one has a third part
    desk.client.set_cookie("desk", cookie.decoded_value[:-2] + "xx")
    assert desk.fetch("/password", 303).headers["Location"].startswith("/login")


def test_a_session_ends_when_idle_and_after_a_day_of_work(inside, clock):
    start = clock("2026-12-03 08:00")
    user = db.session.scalar(db.select(User).filter_by(login=CLERK))
    token = open_session(user.id)
    clock(start + timedelta(minutes=44))
    assert actor_of(token, renew=False)
    clock(start + timedelta(minutes=46))
    assert actor_of(token) is None  # the poll before renewed nothing
    token = open_session(db.session.scalar(db.select(User.id).filter_by(login=CLERK)))
    for minutes in range(46, 46 + 12 * 60, 30):
        clock(start + timedelta(minutes=minutes))
        assert actor_of(token)
    clock(start + timedelta(minutes=46 + 12 * 60 + 1))
    assert actor_of(token) is None


def test_a_poll_does_not_keep_a_session_alive(app, desk, clock):
    start = clock("2026-12-03 08:00")
    desk.sign_in(CLERK)
    for minutes in (20, 40):
        clock(start + timedelta(minutes=minutes))
        desk.fetch("/password?poll=1")
    clock(start + timedelta(minutes=50))
    desk.fetch("/password?poll=1", 303)


def test_nobody_is_thrown_out_when_the_clock_goes_back(desk, clock):
    start = clock("2026-12-03 08:00")
    desk.sign_in(CLERK)
    clock(start - timedelta(days=3))
    desk.fetch("/password")


def test_reading_pages_writes_only_every_five_minutes(app, desk, clock):
    start = clock("2026-12-03 08:00")
    desk.sign_in(CLERK)

    def seen():
        with app.app_context():
            return db.session.scalar(db.select(LoginSession.seen_at))

    clock(start + timedelta(minutes=4))
    desk.fetch("/password")
    assert seen() == start
    clock(start + timedelta(minutes=6))
    desk.fetch("/password")
    assert seen() == start + timedelta(minutes=6)


def test_the_actor_knows_office_street_centre_and_permissions(inside):
    user = db.session.scalar(db.select(User).filter_by(login=CLERK))
    actor = actor_of(open_session(user.id))
    assert (actor.office_id, actor.street_id, actor.centre_id, actor.desk_id) == (
        "wf-01", "wenfeng", "wf-01", "wf-01-01",
    )  # fmt: skip
    assert actor.office_name == "文峰街道党群服务中心" and actor.roles == ("clerk",)
    assert actor.may("receive") and not actor.may("decide") and not actor.may("system")
    end_all_sessions(actor.id)
    assert actor_of(actor.token) is None


def test_who_is_signed_in_is_one_question_to_the_database(inside):
    token = open_session(db.session.scalar(db.select(User.id).filter_by(login=CLERK)))
    actor_of(token)  # the organisation is remembered from now on
    asked = []
    listener = lambda *args: asked.append(args[2])  # noqa: E731
    db.session.rollback()
    db.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        actor_of(token)
    finally:
        db.event.remove(db.engine, "before_cursor_execute", listener)
    assert [one for one in asked if not one.startswith("BEGIN")] == asked[-1:], asked


def first_password(app, login=CLERK):
    with app.app_context():
        actions.set_password(login, "给你的第一个密码 2026")


def test_a_password_chosen_by_others_is_changed_before_anything_else(app, desk):
    first_password(app)
    sign_in(desk, password="给你的第一个密码 2026")
    page = desk.get("/password")
    assert "请先换成只有你自己知道的密码" in page.get_text()
    answer = desk.post(
        "/password",
        {
            "old_password": "给你的第一个密码 2026",
            "password": "我自己的 新密码 七八九",
            "password_again": "我自己的 新密码 七八九",
        },
    )
    assert answer.location == "/desk"
    assert "请先换成" not in desk.get("/password").get_text()
    assert open_sessions(app) == 1


def test_until_then_no_staff_page_opens(app, desk):
    first_password(app)
    desk.sign_in(CLERK)
    pages = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments
        and getattr(app.view_functions[rule.endpoint], "guard", "anyone") != "anyone"
        and rule.endpoint != "people.password"
    ]  # fmt: skip
    for url in pages:
        assert desk.fetch(url, 303).headers["Location"] == "/password", url


def test_the_demonstration_does_not_ask_for_a_new_password(databases, tmp_path):
    from tests.desk import Desk

    with databases.fresh("sqlite", tmp_path, DESK_MODE="demo") as app:
        with app.app_context(), one_transaction():
            db.session.scalar(db.select(User).filter_by(login=CLERK)).must_change_password = True
        desk = Desk(app).sign_in(CLERK)
        assert "请先换成" not in desk.get("/password").get_text()


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", "a good long password", "a good long password", "现在的密码不正确"),
        (PASSWORD, "short", "short", "至少 12 个字符"),
        (PASSWORD, "x" * 129, "x" * 129, "输入过长"),
        (PASSWORD, "a good long password", "another long password", "不一致"),
        (PASSWORD, PASSWORD, PASSWORD, "不能和现在的密码相同"),
        (PASSWORD, "password1234", "password1234", "太常见"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "太常见"),
        (PASSWORD, "my WF-01.clerk word", "my WF-01.clerk word", "登录名"),
    ],
)
def test_a_new_password_must_be_good(desk, old, new, again, said):
    desk.sign_in(CLERK)
    form = {"old_password": old, "password": new, "password_again": again}
    assert said in desk.post("/password", form, expect=422).text


def test_changing_the_password_ends_the_other_browsers(app, desk):
    from tests.desk import Desk

    elsewhere = Desk(app).sign_in(CLERK)
    desk.sign_in(CLERK)
    form = dict.fromkeys(("password", "password_again"), "另一个 足够长的 密码 九十")
    desk.post("/password", {"old_password": PASSWORD, **form})
    elsewhere.fetch("/password", 303)
    desk.fetch("/password")


def test_passwords_are_argon2id_and_never_cheap_outside_tests(app, databases, tmp_path):
    from app.people.passwords import hashed, matches

    with app.app_context():
        assert hashed("a good long password").startswith("$argon2id$")
        with pytest.raises(ValueError):
            hashed("x" * 129)
        assert not matches("x" * 5000, hashed("a good long password"))
        assert not matches("nobody's password", None)
    other = tmp_path / "other"
    other.mkdir()
    with databases.fresh("sqlite", other, DESK_MODE="demo") as app, app.app_context():
        assert "m=65536,t=3" in hashed("a good long password")
