"""Over HTTP, beside the floor: the queue, the page of a case, the intake, the status."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from statistics import median
from urllib.parse import quote, urlencode

from bs4 import BeautifulSoup
from sqlalchemy import event, func, select, text

from app.cases.models import Case, Material, Task
from app.extensions import db
from app.jobs.demo import people as demo_people
from app.people.find import user_by_login
from app.people.sessions import KEY, actor_for, open_session
from app.receive import drafts
from bench import floor
from bench.data import Database, inside
from bench.figures import Figure, against, at_most
from bench.serve import Client, Server, Taken, serving, take, take_together
from tests.desk import form_values
from tests.filled import filled

QUEUE_QUERIES = 6
SIX_PAPERS = "RS-003"
TOGETHER = 8


@dataclass
class Run:
    """What the command line asked for."""

    store: object
    small: Database
    big: Database
    rounds: int
    asks: int
    quick: bool = False


def cookie(app, login: str) -> str:
    """Signed in without the door: what the browser would carry."""
    token = open_session(user_by_login(login).id)
    signed = app.session_interface.get_signing_serializer(app).dumps({KEY: token})
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}"


def in_turn(run: Run, *works) -> list[list[Taken]]:
    """Each of the works once a round, one after the other, so that all meet the same weather; the first round warms."""
    for work in works:
        work(max(10, run.asks // 10))
    rounds = [[work(run.asks) for work in works] for _ in range(run.rounds)]
    return [list(column) for column in zip(*rounds, strict=True)]


def cpus(column: list[Taken]) -> list[float]:
    return [taken.cpu for taken in column]


def getting(server, client: Client, path: str):
    return lambda count: take(server, client, [path] * count)


def _floor(stack: ExitStack, run: Run):
    server = stack.enter_context(serving("floor", run.big, "/empty"))
    robot = Client(server)
    robot.ask("/door")
    return server, robot


def _bytes(client: Client, path: str) -> int:
    status, content, _headers = client.ask(path)
    if status != 200:
        raise RuntimeError(f"{path}: {status} {content[:500].decode(errors='replace')}")
    return len(content)


def _pad(client: Client, path: str, wanted: int) -> str:
    """The floor's page with as many bytes as ours."""
    return f"{path}?pad={max(0, wanted - _bytes(client, path + '?pad=0'))}"


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────


def queue(run: Run) -> list[Figure]:
    figures = []
    with ExitStack() as stack:
        bare, robot = _floor(stack, run)
        desks = []
        for database in (run.small, run.big):
            with inside(database) as app:
                office, login = busiest()
                carried, deep = cookie(app, login), cursor_at(office, 0.5)
                queries = statements(app, login, "/office")
            server = stack.enter_context(serving("desk", database))
            desks.append((server, Client(server, carried), deep, queries))
        (small, clerk, _deep, _few), (big, officer, deep, queries) = desks
        page = officer.ask("/office")[1].decode()
        rows, few = (one.count('href="/desk/cases/') for one in (page, clerk.ask("/office")[1].decode()))
        core = _pad(robot, "/core", len(page.encode()))
        nimble = Client(bare, f"who={floor.TOKEN}")
        best = _pad(nimble, "/best", len(page.encode()))
        poll = BeautifulSoup(page, "html.parser").select_one("#inbox")["hx-get"]
        took = in_turn(
            run, getting(bare, robot, core), getting(small, clerk, "/office"), getting(big, officer, "/office"),
            getting(big, officer, f"/office?after={quote(deep)}"), getting(bare, robot, "/me"), getting(big, officer, poll),
            getting(bare, nimble, best), getting(bare, nimble, "/me"),
        )  # fmt: skip
        floors, at_small, at_big, far, me, polled, leanest, lean_me = map(cpus, took)
        note = f"{rows} rows, {len(page.encode()) // 1000} kB"
        figures += [
            against("queue", "office queue, 1 k cases", at_small, floors, 1.5),
            against("queue", f"office queue, {size(run.big)} cases", at_big, floors, 1.5, note=note),
            against("queue", "the same ÷ the leanest floor (tuples, login by hand)", at_big, leanest),
            against("queue", f"{size(run.big)} ÷ 1 k cases", at_big, at_small, 1.10, note=f"{rows} rows against {few}"),
            against("queue", "page from the middle of the queue ÷ first page", far, at_big, 1.2),
            against("queue", "poll with nothing new", polled, me, 1.5),
            against("queue", "the same ÷ the leanest floor", polled, lean_me),
            at_most("queue", "p99 ÷ p50, waiting times", [t.percentile(0.99) / t.percentile(0.5) for t in took[2]], 1.8, "×",
                    note="wall clock: only on a quiet machine"),
            at_most("queue", "statements a page", [queries], QUEUE_QUERIES, "statements"),
        ]  # fmt: skip
    return figures + oversight(run)


def oversight(run: Run) -> list[Figure]:
    """The supervisor's page of the whole city beside the core floor."""
    with ExitStack() as stack:
        bare, robot = _floor(stack, run)
        with inside(run.big) as app:
            carried = cookie(app, "service_admin.supervisor")
        server = stack.enter_context(serving("desk", run.big))
        supervisor = Client(server, carried)
        core = _pad(robot, "/core", _bytes(supervisor, "/oversight"))
        few = Run(run.store, run.small, run.big, run.rounds, max(10, run.asks // 10))
        floors, ours = in_turn(few, getting(bare, robot, core), getting(server, supervisor, "/oversight"))
        with inside(run.big):
            open_now = db.session.scalar(select(func.count()).select_from(Case).where(Case.ended_at.is_(None)))
        name = f"oversight page, {open_now:,} open cases"
        return [against("queue", name, cpus(ours), cpus(floors), 6)]


def busiest() -> tuple[str, str]:
    """The office with most live tasks, and its officer."""
    found = select(Task.office_id).where(text("task.state in ('waiting', 'open', 'claimed')"))
    office = db.session.scalar(found.group_by(Task.office_id).order_by(func.count().desc(), Task.office_id).limit(1))
    return office, f"{office}.officer"


def cursor_at(office: str, share: float) -> str:
    """The address of the page that begins so far down the queue."""
    live = select(Task.due_on, Task.id).where(Task.office_id == office, text("task.state in ('waiting', 'open', 'claimed')"))
    count = db.session.scalar(select(func.count()).select_from(live.subquery()))
    row = db.session.execute(live.order_by(Task.due_on, Task.id).offset(int((count - 60) * share) if count > 60 else 0).limit(1)).one()
    return f"{row.due_on.isoformat()}~task~{row.id}"


def statements(app, login: str, path: str) -> int:
    """How many statements one page asks, signing in included, once everything is warm."""
    client, seen = app.test_client(), []
    with client.session_transaction() as session:
        session[KEY] = open_session(user_by_login(login).id)
    db.session.remove()

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    client.get(path)
    event.listen(db.engine, "before_cursor_execute", note)
    answer = client.get(path)
    event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(seen)


def size(database: Database) -> str:
    return f"{int(''.join(filter(str.isdigit, database.folder.name.split('_')[0].replace('files-', '')))) // 1000} k"


# ── the page of a case ───────────────────────────────────────────────────────────────────────────────────────


def case(run: Run) -> list[Figure]:
    with ExitStack() as stack:
        bare, robot = _floor(stack, run)
        with inside(run.big) as app:
            case_no, login = long_one()
            carried, queries = cookie(app, login), statements(app, login, f"/desk/cases/{case_no}")
        server = stack.enter_context(serving("desk", run.big))
        clerk, path = Client(server, carried), f"/desk/cases/{case_no}"
        wanted = _bytes(clerk, path)
        core = _pad(robot, "/core", wanted)
        floors, ours = in_turn(run, getting(bare, robot, core), getting(server, clerk, path))
        note = f"{wanted // 1000} kB, {queries} statements"
        return [against("case", "page of a case, 40 journal rows, 12 papers", cpus(ours), cpus(floors), 3, note=note)]


def long_one() -> tuple[str, str]:
    """The number of the case with the long journal, and who looks at it."""
    papers = select(Material.case_id).group_by(Material.case_id).having(func.count() >= 12).scalar_subquery()
    long = db.session.scalars(select(Case).where(Case.id.in_(papers), Case.seq >= 40).order_by(Case.id)).first()
    return long.case_no, f"{long.centre_id}.clerk"


# ── the status ───────────────────────────────────────────────────────────────────────────────────────────────


def status(run: Run) -> list[Figure]:
    with ExitStack() as stack:
        bare, robot = _floor(stack, run)
        with inside(run.big):
            code = db.session.scalar(select(Case).where(Case.state == "processing").limit(1)).status_code
        server = stack.enter_context(serving("desk", run.big))
        resident, path = Client(server), f"/status/{code}"
        wanted = _bytes(resident, path)
        plain = _pad(robot, f"/status/{floor.CODE}", wanted)
        floors, ours = in_turn(run, getting(bare, robot, plain), getting(server, resident, path))
        note = f"{wanted // 1000} kB, limits on"
        return [against("status", "status by code, full page", cpus(ours), cpus(floors), 1.6, note=note)]


# ── the intake ───────────────────────────────────────────────────────────────────────────────────────────────


def intake(run: Run) -> list[Figure]:
    """Our POST, its form opened and filled in beforehand, against a save through the floor's form. On a copy, because it writes."""
    asks = max(20, run.asks // 3)
    database = run.store.copy(run.big)
    with ExitStack() as stack:
        bare, robot = _floor(stack, Run(run.store, run.small, database, 1, 1))
        forms = asks * (run.rounds + 1) + TOGETHER * 40
        server, clerk, bodies = stack.enter_context(counter(database, forms))
        token = BeautifulSoup(robot.ask("/form")[1], "html.parser").select_one("[name=csrf_token]")["value"]
        plain = urlencode({"csrf_token": token, "name": "王某某", "number": "529999195001010011"})
        few = Run(run.store, run.small, database, run.rounds, asks)
        took = in_turn(few, lambda count: take(bare, robot, ["/form"] * count * 2, [None, plain] * count),
                       lambda count: taken_in(server, clerk, bodies, count),
                       lambda count: take(bare, robot, ["/form"] * count, [plain] * count))  # fmt: skip
        opened_and_sent, ours, sent = took
        floors = [2 * taken.cpu for taken in opened_and_sent]  # a save of the floor is its form and what is sent with it
        shares = [[next(bodies) for _ in range(30)] for _ in range(TOGETHER)]
        crowd = take_together(server, [Client(server, clerk.cookies) for _ in shares], shares)
        alone = median(taken.percentile(0.5) for taken in ours)
        return [
            against("intake", "intake POST: case, 6 papers, receipt, notice", cpus(ours), floors, 1.5),
            against("intake", "the same ÷ the POST of the floor alone", cpus(ours), cpus(sent)),
            Figure("intake", "saves a second, one client", 1000 / alone, "a second", note="wall clock"),
            at_most("intake", f"{TOGETHER} clients at once, p99 ÷ p50", [crowd.percentile(0.99) / crowd.percentile(0.5)], 5, "×",
                    note="no error; wall clock"),
        ]  # fmt: skip


@contextmanager
def counter(database: Database, forms: int, seed: int = 7) -> Iterator[tuple[Server, Client, Iterator[tuple[str, str]]]]:
    """The desk with a clerk who has so many forms open: address and filled-in body of each. `seed`: of other persons."""
    with inside(database) as app:
        login = f"{db.session.scalar(select(Case.centre_id).limit(1))}.clerk"
        by, carried = actor_for(user_by_login(login)), cookie(app, login)
        waiting = [drafts.open_draft(by, SIX_PAPERS).id for _ in range(forms)]
    with serving("desk", database) as server:
        clerk = Client(server, carried)
        yield server, clerk, filled_in(clerk, waiting, seed)


def taken_in(server: Server, clerk: Client, bodies: Iterator[tuple[str, str]], count: int) -> Taken:
    """The next forms sent."""
    paths, sent = zip(*[next(bodies) for _ in range(count)], strict=True)
    return take(server, clerk, list(paths), list(sent))


def filled_in(clerk: Client, waiting: list[str], seed: int) -> Iterator[tuple[str, str]]:
    """One form read and filled in; every other one is the same with another person."""
    path, dice = f"/desk/receive?draft={waiting[0]}", Random(seed)
    page = BeautifulSoup(clerk.ask(path)[1], "html.parser")
    values = form_values(page, path) | filled(page)
    for draft in waiting:
        person = {"applicant_name": demo_people.name(dice), "id_number": demo_people.id_number(dice)}
        yield f"/desk/receive?draft={draft}", urlencode(values | person, doseq=True)
