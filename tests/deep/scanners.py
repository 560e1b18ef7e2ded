"""Scanners that nobody here wrote, before a running desk: bandit, ffuf, sqlmap, wapiti. What is not installed has audited nothing.

`pip install wapiti3` into an environment of its own and put its `bin` on the path; `apt-get install sqlmap ffuf dirb`. Each tool is
bounded: DESK_SCAN_SECONDS (60) for each of its targets. Limits on public pages are off for the run. Findings: docs/security.md.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from app.extensions import limiter
from tests.canaries import Browser, canaries, plant, rules
from tests.databases import Databases

HOUSE = Path(__file__).parents[2]
SECONDS = int(os.environ.get("DESK_SCAN_SECONDS") or 60)
PUBLIC_FORMS = ("/", "/status", "/verify", "/login", "/guides", "/kiosk")
ROLES = {
    "wf-01.clerk": "/desk", "wf-01.issuer": "/desk", "urban_management.officer": "/office", "market_regulation.approver": "/office",
    "wf-01.supervisor": "/oversight", "service_admin.admin": "/admin", "service_admin.auditor": "/admin",
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
    call = ["ffuf", "-s", "-w", str(WORDS), "-u", f"{url}/FUZZ", "-mc", "all", "-fc", "404", "-t", "8", "-maxtime", str(3 * SECONDS),
            "-of", "json", "-o", str(out)]  # fmt: skip
    subprocess.run(call, capture_output=True, text=True)
    told = json.loads(out.read_text()) if out.exists() else {"results": []}
    known = {rule.rule.strip("/").split("/")[0] for rule in rules(app, "GET")} | {"static", "", "bootstrap"}
    strange = [one for one in told["results"] if one["input"]["FUZZ"].strip("/").split("/")[0] not in known]
    for one in strange:
        print(f"ffuf: {one['status']} {one['url']}")
    yield "ffuf: words asked", len(WORDS.read_text("utf-8", "replace").split()), out.exists()
    yield "ffuf: answers that the list of addresses does not name", len(strange), not strange


def sqlmap(url: str, folder: Path) -> Figures:
    if not shutil.which("sqlmap"):
        yield _missing("sqlmap")
        return
    for page in PUBLIC_FORMS:
        call = ["sqlmap", "-u", url + page, "--forms", "--batch", "--level", "2", "--risk", "1", "--csrf-token", "csrf_token",
                "--timeout", "10", "--output-dir", str(folder / "sqlmap"), "--flush-session", "--disable-coloring"]  # fmt: skip
        said, ended = _bounded(call, 3 * SECONDS)
        found = [line for line in said.splitlines() if "is vulnerable" in line or "appears to be" in line and "injectable" in line]
        for line in found:
            print(f"sqlmap: {page}: {line}")
        asked = said.count("testing '") + said.count("testing if")
        none = "there were no forms found" in said or "no usable" in said
        yield f"sqlmap {page}: {'no form' if none else f'{asked} tests'}{'' if ended else ', stopped by time'}: injectable", len(found), \
            not found and (asked > 0 or none)  # fmt: skip


def wapiti(app, url: str, folder: Path) -> Figures:
    if not shutil.which("wapiti"):
        yield _missing("wapiti")
        return
    with app.app_context():
        for bird in canaries()[:2]:
            plant(bird)
    for login, start in {"": "/", **ROLES}.items():
        out, cookies = folder / f"{login or 'nobody'}.json", folder / "cookies.json"
        call = ["wapiti", "-u", url + start, "--scope", "domain", "-x", f"{url}/logout", "-x", f"{url}/password", "-x", f"{url}/second-factor",
                "-m", MODULES, "--max-scan-time", str(SECONDS), "--max-attack-time", str(SECONDS), "-f", "json", "-o", str(out),
                "--flush-session", "--no-bugreport", "--store-session", str(folder), "--store-config", str(folder), "-v", "0"]  # fmt: skip
        if login:
            cookies.write_text(json.dumps(_cookie(app, login)))
            call += ["-c", str(cookies)]
        said, _ended = _bounded(call, 6 * SECONDS)
        if not out.exists():
            print(said[-1500:])
            yield f"wapiti as {login or 'nobody'}", "nothing audited", False
            continue
        told = json.loads(out.read_text())
        found = [(name, one) for name, many in told["vulnerabilities"].items() for one in many]
        for name, one in found:
            print(f"wapiti: {login or 'nobody'}: {name}: {one['method']} {one['path']} {one.get('parameter') or ''}: {one['info'][:160]}")
        crawled = told["infos"].get("crawled_pages_nbr", 0)
        yield f"wapiti as {login or 'nobody'}: pages seen", crawled, crawled > 3
        yield f"wapiti as {login or 'nobody'}: findings", len(found), not found


def _missing(tool: str) -> tuple[str, str, bool]:
    return f"{tool}", "NOTHING AUDITED: not installed", False


def _bounded(call: list[str], seconds: int) -> tuple[str, bool]:
    """What it said, and whether it came to its own end."""
    try:
        ran = subprocess.run(call, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace"), False
    return ran.stdout + ran.stderr, True


def _cookie(app, login: str) -> dict:
    """As a browser of this person would send it, in wapiti's form."""
    browser = Browser(app, login)
    kept = next(iter(browser.client._cookies.values()))
    value = {"value": kept.value, "version": 0, "expires": None, "secure": False, "port": None}
    return {"127.0.0.1": {"/": {app.config["SESSION_COOKIE_NAME"]: value}}}


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
