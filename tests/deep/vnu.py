"""The checker of the HTML standard (vnu) reads every page of every role as the server sends it, and how the desk says no."""

import json
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app import moments
from app.extensions import limiter
from tests.canaries import NOON, Browser, canaries, plant
from tests.databases import Databases
from tests.web.test_every_page import ROLES, pages_of

HOUSE = Path(__file__).parents[2]
TOOLS = Path(sys.prefix) / "tools"  # with the development packages, never served
HASH = "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
REFUSED = {"no-such-page": "/no-such-page", "nobody": "/desk", "unknown-code": "/status/00000000000000"}
HTMX = r".*Attribute .hx-[a-z-]+. not allowed on element.*"  # htmx's own attributes; no browser minds them (docs/security.md)
JAVA = "sudo apt-get install -y --no-install-recommends default-jre-headless"


def main() -> Iterator[tuple[str, object, bool]]:
    if not shutil.which("java"):
        yield "vnu", f"NOTHING AUDITED: no Java here: {JAVA}", False
        return
    limiter.enabled = False
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        pages.mkdir()
        count = write_pages(pages, Path(folder))
        problems = check(pages)
    for (page, problem), times in sorted(problems.items()):
        print(f"{page}: {problem}{f' ({times} times)' if times > 1 else ''}")
    for role, number in count.items():
        wrong = sum(times for (page, _problem), times in problems.items() if page.startswith(f"{role} "))
        yield f"pages of {role}", f"{number} pages, {wrong} errors", number > 0 and not wrong


def write_pages(folder: Path, scratch: Path) -> dict[str, int]:
    """A file for each page: `role endpoint.html`; how many for each role."""
    count = {}
    with Databases(scratch).fresh("sqlite", scratch) as app:
        with app.app_context(), moments.at(moments.datetime.fromisoformat(NOON)):
            bird = plant(canaries()[0])
        for login in ROLES:
            asks, role = Browser(app, login), login or "resident"
            wanted = pages_of(app, login, bird) | (REFUSED if login is None else {"no-such-page": "/desk/cases/1"})
            for name, url in wanted.items():
                (folder / f"{role} {name}.html").write_bytes(asks.get(url, follow_redirects=True).data)
            count[role] = len(wanted)
    return count


def check(folder: Path) -> Counter:
    """(page, problem) → how often."""
    said = subprocess.run(
        ["java", "-Xss4m", "-jar", checker(), "--format", "json", "--errors-only", "--skip-non-html", "--exit-zero-always",
         "--filterpattern", HTMX, folder],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = Counter()
    for one in json.loads(said.stderr)["messages"]:
        page = Path(one.get("url", "?").removeprefix("file:").replace("%20", " ")).stem
        found[page, f"{one['message']} … {one.get('extract', '').strip()[:160]}"] += 1
    return found


def checker() -> Path:
    """The jar from the package registry, pinned and checked by hash as bin/assets does."""
    assets = runpy.run_path(str(HOUSE / "bin" / "assets"))
    jar = assets["Asset"]("vnu-jar", "26.9.27", "build/dist/vnu.jar", "vnu-26.9.27.jar", HASH)
    if not (TOOLS / jar.name).exists():
        assets["fetch"](jar, TOOLS)
    return TOOLS / jar.name
