"""The floor: a bare Flask app that does only what the framework and the database cannot be spared.

The same columns, the same number of bytes, one table without joins, no law. What our pages cost is told as a multiple
of this, measured in the same run. `/core` is built as the libraries' own guides build it: Core rows as mappings through a
Jinja table, the signed-in person an object that Flask-Login's loader fetches. `/best` is what one gets who leaves the guides:
tuples, and the person read by hand in one statement with the login; it is measured too and has no target.
"""

import hashlib
import secrets
from datetime import date, timedelta
from random import Random

from flask import Flask, redirect, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_wtf import CSRFProtect, FlaskForm
from markupsafe import Markup
from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Session, registry
from wtforms import StringField
from wtforms.validators import InputRequired, Length

TOKEN, CODE, OFFICE = "floor-token", "FLOOR-CODE", "office-7"
WIDTH = 50
PAPERS, EVENTS = 6, 3
WORDS = ("高龄津贴申领（八十周岁以上）", "公共场所卫生许可证核发", "城市居民最低生活保障申请", "户外招牌设置备案")
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
{{ pad }}{% block body %}{% endblock %}</body></html>"""
QUEUE = PAGE.replace("{% block body %}{% endblock %}", """<h1>{{ user.name }}</h1><table><tbody>
{%- for row in rows %}
<tr><td class="tight"><input type="checkbox" name="case_no" value="{{ row.case_no }}" form="claim" aria-label="{{ row.case_no }}"></td>
<td><span class="light {{ row.light }}">{{ row.light }}</span></td><td class="tight">{{ row.due_on }}</td>
<td class="tight"><a href="/desk/cases/{{ row.case_no }}">{{ row.case_no }}</a></td><td>{{ row.item }}</td><td class="tight">{{ row.name }}</td>
<td class="tight">{{ row.centre }}</td><td>{{ row.word }} <span class="flag">{{ row.flag }}</span></td></tr>
{%- endfor %}</tbody></table>""")
TUPLES = PAGE.replace("{% block body %}{% endblock %}", """<h1>{{ user.name }}</h1><table><tbody>
{%- for case_no, light, due_on, item, name, centre, word, flag in rows %}
<tr><td class="tight"><input type="checkbox" name="case_no" value="{{ case_no }}" form="claim" aria-label="{{ case_no }}"></td>
<td><span class="light {{ light }}">{{ light }}</span></td><td class="tight">{{ due_on }}</td>
<td class="tight"><a href="/desk/cases/{{ case_no }}">{{ case_no }}</a></td><td>{{ item }}</td><td class="tight">{{ name }}</td>
<td class="tight">{{ centre }}</td><td>{{ word }} <span class="flag">{{ flag }}</span></td></tr>
{%- endfor %}</tbody></table>""")
STATUS = PAGE.replace("{% block body %}{% endblock %}", """<h1>{{ row.item }}</h1>
<dl><dt>办到哪一步</dt><dd>{{ row.word }}</dd><dt>在哪里</dt><dd>{{ row.centre }}</dd><dt>期限</dt><dd>{{ row.due_on }}</dd></dl>""")
FORM = PAGE.replace("{% block body %}{% endblock %}", """<form method="post">{{ form.csrf_token }}
{{ form.name.label }}{{ form.name }}{{ form.number.label }}{{ form.number }}<button>收件</button></form>""")

metadata = MetaData()
case = Table(
    "floor_case", metadata,
    Column("id", Integer, primary_key=True), Column("case_no", String), Column("office", String), Column("item", String),
    Column("name", String), Column("centre", String), Column("word", String), Column("flag", String),
    Column("light", String), Column("state", String), Column("due_on", Date), Column("code_hash", String, unique=True),
    Index("ix_floor_queue", "office", "due_on", "id",
          sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
)  # fmt: skip
paper = Table(
    "floor_paper", metadata, Column("id", Integer, primary_key=True), Column("case_id", Integer, index=True),
    Column("line", Integer), Column("name", String), Column("state", String),
)  # fmt: skip
happened = Table(
    "floor_event", metadata, Column("id", Integer, primary_key=True), Column("case_id", Integer, index=True),
    Column("seq", Integer), Column("action", String), Column("actor", String), Column("at", String),
)  # fmt: skip
user = Table("floor_user", metadata, Column("id", Integer, primary_key=True), Column("name", String))
login = Table("floor_login", metadata, Column("token", String, primary_key=True), Column("user_id", Integer))

WHO = select(user.c.id, user.c.name).join_from(login, user, login.c.user_id == user.c.id).where(login.c.token == bindparam("t"))
NEXT = (
    select(case.c.case_no, case.c.light, case.c.due_on, case.c.item, case.c.name, case.c.centre, case.c.word, case.c.flag)
    .where(case.c.office == bindparam("office"), text("state = 'open'"))
    .order_by(case.c.due_on, case.c.id)
    .limit(WIDTH)
)
BY_CODE = select(case.c.item, case.c.word, case.c.centre, case.c.due_on).where(case.c.code_hash == bindparam("h"))


class Person(UserMixin):
    """As Flask-Login's guide has it: fetched by the number that the session holds."""


registry().map_imperatively(Person, user)


class PersonRead(UserMixin):
    """Read by hand, together with the login."""

    def __init__(self, row):
        self.id, self.name = row.id, row.name


class IntakeForm(FlaskForm):
    name = StringField("姓名", [InputRequired(), Length(max=40)])
    number = StringField("证件号", [InputRequired(), Length(max=18)])


def make_floor(url: str, rows: int) -> Flask:
    """The app on its own tables in the database at `url`, filled with `rows` cases when they are not there yet."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="floor", WTF_CSRF_TIME_LIMIT=None, WEB_WORKERS=1, WEB_THREADS=32)
    CSRFProtect(app)
    doors = LoginManager()
    doors.init_app(app, add_context_processor=False)
    engine = make_engine(url)
    app.extensions["engine"] = engine
    _fill(engine, rows)

    @doors.user_loader
    def person(number: str):
        with Session(engine) as session:
            return session.get(Person, int(number))

    @doors.request_loader
    def signed_in(asked):
        token = asked.cookies.get("who")
        with engine.connect() as connection:
            row = connection.execute(WHO, {"t": token}).first() if token else None
        return PersonRead(row) if row else None

    _hang_pages(app, engine)
    return app


def _hang_pages(app: Flask, engine) -> None:
    queue_page, tuples_page, status_page, form_page = map(app.jinja_env.from_string, (QUEUE, TUPLES, STATUS, FORM))

    @app.get("/door")
    def door():
        with Session(engine) as session:
            login_user(session.get(Person, 7))
        return ""

    @app.get("/empty")
    def empty():
        return ""

    @app.get("/constant")
    def constant():
        return _pad(30_000)

    @app.get("/me")
    @login_required
    def me():
        return "", 204 if current_user.name else 404

    @app.get("/core")
    @login_required
    def core():
        with engine.connect() as connection:
            found = connection.execute(NEXT, {"office": OFFICE}).mappings().all()
        return queue_page.render(title="收件箱", rows=found, user=current_user, pad=_filler())

    @app.get("/best")
    @login_required
    def best():
        with engine.connect() as connection:
            found = connection.execute(NEXT, {"office": OFFICE}).all()
        return tuples_page.render(title="收件箱", rows=found, user=current_user, pad=_filler())

    @app.get("/status/<code>")
    def status(code):
        with engine.connect() as connection:
            row = connection.execute(BY_CODE, {"h": hashlib.sha256(code.encode()).hexdigest()}).first()
        return status_page.render(title="进度", row=row, pad=_filler())

    @app.get("/form")
    @app.post("/form")
    @login_required
    def form():
        sent = IntakeForm()
        if not sent.validate_on_submit():
            return form_page.render(title="收件", form=sent, pad=_filler())
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            _write(connection, sent.name.data)
        return redirect("/core", 303)


def _write(connection, name: str) -> None:
    """1 + 6 + 3 rows."""
    code = secrets.token_hex(16)
    row = {"case_no": code, "office": "elsewhere", "item": WORDS[0], "name": name, "centre": "文峰", "word": "已收件",
           "flag": "", "light": "green", "state": "open", "due_on": date(2026, 12, 3), "code_hash": code}  # fmt: skip
    case_id = connection.execute(insert(case).values(row)).inserted_primary_key[0]
    connection.execute(
        insert(paper), [{"case_id": case_id, "line": n, "name": "申请表", "state": "held"} for n in range(PAPERS)]
    )
    connection.execute(
        insert(happened),
        [{"case_id": case_id, "seq": n, "action": "receive", "actor": name, "at": "2026-11-23"} for n in range(EVENTS)],
    )


def make_engine(url: str):
    """The settings of app/extensions.py: durable writes, IMMEDIATE transactions for who writes."""
    engine = create_engine(url, pool_size=8, max_overflow=32)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def set_up(connection, _record):
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=4000", "mmap_size=268435456"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection):
            writes = connection.get_execution_options().get("writes")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _fill(engine, rows: int) -> None:
    metadata.create_all(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.execute(select(case.c.id).limit(1)).first():
            return
        dice, day = Random(1), date(2026, 11, 23)
        connection.execute(insert(user), [{"id": n, "name": f"示例{n}"} for n in range(1, 500)])
        connection.execute(insert(login), [{"token": TOKEN, "user_id": 7}])
        for start in range(0, rows, 10_000):
            connection.execute(insert(case), [_case(n, dice, day) for n in range(start, min(start + 10_000, rows))])
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("ANALYZE")


def _case(n: int, dice: Random, day: date) -> dict:
    code = CODE if n == 0 else f"{n}"
    return {
        "case_no": f"522701001261123{n:05d}7", "office": f"office-{n % 16}", "item": dice.choice(WORDS), "name": "王某某",
        "centre": "文峰街道", "word": "待认领", "flag": "容缺" if n % 9 == 0 else "", "light": "green",
        "state": "open" if n < 800 or n % 3 == 0 else "done", "due_on": day + timedelta(days=dice.randint(-3, 40)),
        "code_hash": hashlib.sha256(code.encode()).hexdigest(),
    }  # fmt: skip


def _filler() -> str:
    return _pad(int(request.args.get("pad", 0)))


_PADS: dict[int, str] = {}


def _pad(size: int) -> str:
    """Constant text, so that the page has as many bytes as the one it is compared with."""
    if size not in _PADS:
        _PADS[size] = Markup("<!-- " + "x" * size + " -->")
    return _PADS[size]
