"""Scanners that nobody here wrote, before a running desk: bandit, ffuf, sqlmap, wapiti. What is not installed has audited nothing.

`pip install wapiti3` into an environment of its own and put its `bin` on the path; `apt-get install sqlmap ffuf dirb`. sqlmap goes to its
end; wapiti crawls for three times DESK_SCAN_SECONDS (20) and gives each of its modules that long, as nobody and as each role. Limits on public
pages are off for the run. A tool that gave no report has audited nothing, and the section fails. Findings: docs/security.md.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from app.extensions import limiter
from bench.pages import cookie
from tests.canaries import canaries, plant, rules
from tests.databases import Databases

HOUSE = Path(__file__).parents[2]
SECONDS = int(os.environ.get("DESK_SCAN_SECONDS") or 20)
A_FORM = ("--forms", "--csrf-token", "csrf_token")
PUBLIC_FORMS = {  # where it stands, and how sqlmap is led to it
    "/": A_FORM, "/status": A_FORM, "/verify": A_FORM, "/login": A_FORM, "/guides?q=a": (),
    "/kiosk?kiosk=any": ("--data", "centre_id=wf-01&item_code=MZ-001&priority=y&csrf_token=x", "-p", "centre_id,item_code,priority",
                            "--csrf-token", "csrf_token"),
}
AN_HOUR = 3600
EXPLAINED = {  # docs/security.md says why: finding, and the addresses it may be at
    "Secure Flag cookie": re.compile(".*"),
    "Cross Site Request Forgery": re.compile(r"/desk/cases/\w+"),
}
ROLES = {
    "wf-01.clerk": "/desk", "urban_management.officer": "/office", "wf-01.supervisor": "/oversight",
    "service_admin.auditor": "/admin", "service_admin.admin": "/admin",
}  # fmt: skip
WORDS = Path("/usr/share/dirb/wordlists/common.txt")
MODULES = "crlf,csrf,exec,file,http_headers,permanentxss,redirect,sql,ssrf,upload,xss,cookieflags"
Figures = Iterator[tuple[str, object, bool]]


def main() -> Figures:
    yield from bandit()
    limiter.enabled = False
    with desk() as (app, url), tempfile.TemporaryDirectory() as folder:
        yield from ffuf(app, url, Path(folder))
        yield from sqlmap(url, Path(folder))
        yield from wapiti(app, url, Path(folder))


def bandit() -> Figures:
    call = [sys.executable, "-m", "bandit", "-q", "-r", "app", "config.py", "wsgi.py", "-c", "pyproject.toml", "-f", "json"]
    ran = subprocess.run(call, cwd=HOUSE, capture_output=True, text=True)
    try:
        told = json.loads(ran.stdout)
    except json.JSONDecodeError:
        yield _missing("bandit")
        return
    lines = told["metrics"]["_totals"]["loc"]
    for one in told["results"]:
        print(f"bandit: {one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}")
    yield "bandit: lines read", lines, lines > 10_000
    yield "bandit: findings", len(told["results"]), not told["results"]


def ffuf(app, url: str, folder: Path) -> Figures:
    """Every common word as an address: only what the list of addresses names may answer anything but 404."""
    if not shutil.which("ffuf") or not WORDS.exists():
        yield _missing("ffuf")
        return
    out = folder / "ffuf.json"
    call = ["ffuf", "-s", "-w", str(WORDS), "-u", f"{url}/FUZZ", "-mc", "all", "-fc", "404", "-t", "8", "-maxtime", str(10 * SECONDS),
            "-of", "json", "-o", str(out)]  # fmt: skip
    subprocess.run(call, capture_output=True, text=True)
    told = json.loads(out.read_text()) if out.exists() else {"results": []}
    known = {rule.rule.strip("/").split("/")[0] for method in ("GET", "POST") for rule in rules(app, method)} | {"static", "", "bootstrap"}
    strange = [one for one in told["results"] if one["input"]["FUZZ"].strip("/").split("/")[0] not in known]
    for one in strange:
        print(f"ffuf: {one['status']} {one['url']}")
    yield "ffuf: words asked", len(WORDS.read_text("utf-8", "replace").split()), out.exists()
    yield "ffuf: answers that the list of addresses does not name", len(strange), not strange


def sqlmap(url: str, folder: Path) -> Figures:
    if not shutil.which("sqlmap"):
        yield _missing("sqlmap")
        return
    for page, how in PUBLIC_FORMS.items():
        call = ["sqlmap", "-u", url + page, *how, "--batch", "--level", "2", "--risk", "1", "--ignore-code", "404,422",
                "--timeout", "10", "--output-dir", str(folder / "sqlmap"), "--flush-session", "--disable-coloring"]  # fmt: skip
        if "-p" in how:
            call += ["--csrf-url", f"{url}/login"]  # a token of the same session; its own page answers 404 to a centre that is none
        said, ended = _bounded(call, AN_HOUR)
        found = said.count("identified the following injection point")
        if found:
            print(f"sqlmap: {page}: {said[said.index('identified the following'):][:1500]}")
        asked = said.count("testing '") + said.count("testing if")
        yield f"sqlmap {page}: {asked} tests{'' if ended else ', STOPPED BY TIME'}: injectable", found, ended and not found and asked > 10


def wapiti(app, url: str, folder: Path) -> Figures:
    if not shutil.which("wapiti"):
        yield _missing("wapiti")
        return
    with app.app_context():
        for bird in canaries()[:2]:
            plant(bird)
    for login, start in {"": "/", **ROLES}.items():
        told = _wapiti_as(app, login, url, start, folder) or _wapiti_as(app, login, url, start, folder)
        if told is None:
            yield f"wapiti as {login or 'nobody'}", "NOTHING AUDITED", False
            continue
        found = [(name, one) for name, many in (told["vulnerabilities"] | told["anomalies"]).items() for one in many]
        for name, one in found:
            print(f"wapiti: {login or 'nobody'}: {name}: {one['method']} {one['path']} {one.get('parameter') or ''}: {one['info'][:160]}")
        crawled = told["infos"].get("crawled_pages_nbr", 0)
        bad = [name for name, one in found if name not in EXPLAINED or not EXPLAINED[name].fullmatch(one["path"])]
        yield f"wapiti as {login or 'nobody'}: pages seen", crawled, crawled > 3
        yield f"wapiti as {login or 'nobody'}: findings (of them explained)", f"{len(found)} ({len(found) - len(bad)})", not bad


def _wapiti_as(app, login: str, url: str, start: str, folder: Path) -> dict | None:
    """Its report; None when it gave none. It keeps its notes in a small database of its own, which a module that is out of time
    may leave locked: then there is no report, and it is asked once more."""
    out, cookies = folder / f"{login or 'nobody'}.json", folder / "cookies.json"
    shut = [word for path in ("/logout*", "/password*", "/second-factor*", "/static/*") for word in ("-x", url + path)]
    call = ["wapiti", "-u", url + start, "--scope", "domain", *shut, "-r", "lang", "-r", "big", "-m", MODULES, "--tasks", "4",
            "--max-scan-time", str(3 * SECONDS), "--max-attack-time", str(SECONDS), "-f", "json", "-o", str(out), "--flush-session",
            "--no-bugreport", "--store-session", str(folder), "--store-config", str(folder), "-v", "0"]  # fmt: skip
    if login:
        cookies.write_text(json.dumps(_cookie(app, login, url, start)))
        call += ["-c", str(cookies)]
    # Each of its modules may take its time, on a busy machine twice as long: killed from outside it writes no report.
    said, _ended = _bounded(call, 60 + 2 * SECONDS * (3 + len(MODULES.split(","))))
    if not out.exists():
        print(said[-1500:])
        return None
    return json.loads(out.read_text())


def _missing(tool: str) -> tuple[str, str, bool]:
    return f"{tool}", "NOTHING AUDITED: not installed", False


def _bounded(call: list[str], seconds: int) -> tuple[str, bool]:
    """What it said, and whether it came to its own end."""
    try:
        ran = subprocess.run(call, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace"), False
    return ran.stdout + ran.stderr, True


def _cookie(app, login: str, url: str, start: str) -> dict:
    """As a browser of this person would send it, in wapiti's form. The desk goes by the machine's clock here, and so does the
    session; that it opens the person's own first page is looked at, for who is sent to the door audits the door."""
    with app.app_context():
        name, value = cookie(app, login).split("=", 1)
    asked = urllib.request.Request(url + start, headers={"Cookie": f"{name}={value}"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        if answer.url != url + start:
            raise RuntimeError(f"{login} asked for {start} and came to {answer.url}")
    kept = {"value": value, "version": 0, "expires": None, "secure": False, "port": None}
    return {"127.0.0.1": {"/": {name: kept}}}


@contextmanager
def desk():
    """A desk behind a real port, on its own copy of the sample city."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "shared").mkdir()
        (Path(place) / "data").mkdir()
        with Databases(Path(place) / "shared").fresh("sqlite", Path(place) / "data", BASE_URL=url) as app:
            server = make_server("127.0.0.1", port, app, threaded=True)
            Thread(target=server.serve_forever, daemon=True).start()
            yield app, url
            server.shutdown()
            server.server_close()
