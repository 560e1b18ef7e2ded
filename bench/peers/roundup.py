"""roundup's classic tracker on SQLite behind gunicorn, tickets made through its own classes; of many, a thousand, copied in its tables."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from bs4 import BeautifulSoup

PACKAGES = ("roundup==2.6.0", "gunicorn")
LIST = ("/issue?@columns=id,activity,title,creator,status&@sort=-activity&@pagesize=50&@startwith=0",)
ONE = "/issue7"
LIST_AT = {1_000: 7, 1_000_000: 140}  # so many times what our queue costs, at so many tickets
PASSWORD = "for measuring only"
LOAD = """
import sqlite3, sys, roundup.instance
count, told = int(sys.argv[1]), min(1000, int(sys.argv[1]))
db = roundup.instance.open("tracker").open("admin")
states, urgency = db.status.list(), db.priority.list()
for number in range(told):
    db.issue.create(title=f"ticket {number}", status=states[number % len(states)], priority=urgency[number % len(urgency)])
    if number % 500 == 499:
        db.commit()
db.commit()
db.close()
raw = sqlite3.connect("tracker/db/db")
names = [row[1] for row in raw.execute("PRAGMA table_info(_issue)") if row[1] != "id"]
last = raw.execute("SELECT max(id) FROM _issue").fetchone()[0]
for start in range(told, count, told):
    until = last - told + min(told, count - start)
    raw.execute(f"INSERT INTO _issue (id, {', '.join(names)}) SELECT id + ?, {', '.join(names)} FROM _issue WHERE id <= ?", (start, until))
    raw.execute("INSERT INTO issue__journal SELECT nodeid + ?, date, tag, action, params FROM issue__journal WHERE nodeid <= ?", (start, until))
    raw.execute("INSERT INTO issue_nosy (linkid, nodeid) SELECT linkid, nodeid + ? FROM issue_nosy WHERE nodeid <= ?", (start, until))
raw.execute("UPDATE ids SET num = num + ? WHERE name = 'issue'", (count - told,))
raw.commit()
"""
SERVE = "from roundup.cgi.wsgi_handler import RequestDispatcher\napp = RequestDispatcher('tracker')\n"


def set_up(folder: Path, python: Path, tickets: int, port: int) -> list[str]:
    """The command that serves a fresh tracker with so many tickets."""
    subprocess.run(["rm", "-rf", folder / "tracker"], check=True)

    def admin(*words: str) -> None:
        subprocess.run([python.with_name("roundup-admin"), "-i", "tracker", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    admin("install", "classic", "sqlite")
    config = folder / "tracker" / "config.ini"
    said = config.read_text().replace("#web = NO DEFAULT", f"web = http://127.0.0.1:{port}/", 1)
    said = said.replace("#host = NO DEFAULT", "host = localhost", 1)
    config.write_text(said.replace("#domain = NO DEFAULT", "domain = desk.example", 1))
    admin("initialise", PASSWORD)
    subprocess.run([python, "-c", LOAD, str(tickets)], cwd=folder, check=True)
    (folder / "serve.py").write_text(SERVE)
    return [str(python), "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", "--log-level", "error", "serve:app"]


def sign_in(client, base: str) -> None:
    """Its list is open to everybody."""


def creating(client, base: str) -> Callable[[], None]:
    """Sign in; what is returned makes one ticket by the form, as a browser does."""
    said = {"Referer": f"{base}/", "Origin": base}
    page = BeautifulSoup(client.ask("/")[1], "html.parser")
    client.ask("/", urlencode(_hidden(page) | {"__login_name": "admin", "__login_password": PASSWORD, "@action": "Login"}), said)

    def create() -> None:
        form = BeautifulSoup(client.ask("/issue?@template=item")[1], "html.parser")
        filled = _hidden(form) | {"title": "made by form", "priority": "1", "@action": "new", "@note": "made by form"}
        status, content, _headers = client.ask("/issue", urlencode(filled), said)
        if status != 302:
            raise RuntimeError(f"roundup answered {status}: {content[:500]!r}")

    return create


def _hidden(page: BeautifulSoup) -> dict[str, str]:
    form = page.select("form")[-1]
    return {one["name"]: one.get("value", "") for one in form.select("input[type=hidden][name]")}
