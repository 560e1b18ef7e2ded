"""The counter: 30 browsers killed, the network cut for a minute, the server started again; every page of every role in every way."""

import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from tests.web.looking import WAYS

LONG = {"DESK_KILLS": "30", "DESK_CUT_SECONDS": "60", "DESK_EVERY_PAGE": "1"}
TESTS = {
    "nothing typed is lost (30 kills, 60 s cut, restart)": "tests/receive/test_never_lost.py",
    "200 scans of 200, no person taken for one": "tests/receive/test_scanner.py",
}
PAGES = "tests/web/test_every_page.py"
ANY_WAY = "test_nothing_is_found_on_any_page_of_a_role_in_any_way"


def main() -> Iterator[tuple[str, str, bool]]:
    for what, path in TESTS.items():
        run = pytest(path)
        yield what, run.stdout.strip().split("\n")[-1], run.returncode == 0
    yield from every_page()


def pytest(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--show-capture=no", *arguments]
    run = subprocess.run(command, env=os.environ | LONG, capture_output=True, text=True)
    if run.returncode:
        print(run.stdout[-8000:])
    return run


def every_page() -> Iterator[tuple[str, str, bool]]:
    """A row for each role: how many pages, what was wrong in each way, stops of the keyboard, sideways scrolling."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.xml"
        pytest(PAGES, "-k", ANY_WAY, f"--junitxml={told}", "-o", "junit_family=xunit1")
        yield from table(told)


def table(*told: Path) -> Iterator[tuple[str, str, bool]]:
    """Reads what pytest wrote: a test for each part of a role's pages, its figures as properties `seen wrong`."""
    seen, wrong, fine = defaultdict(Counter), defaultdict(Counter), defaultdict(lambda: True)
    for case in (case for one in told for case in ElementTree.parse(one).iter("testcase")):
        role = case.get("name").partition("[")[2].rstrip("]").rpartition("-")[0]
        fine[role] &= case.find("failure") is None and case.find("error") is None
        for one in case.iter("property"):
            count, bad = map(int, one.get("value").split())
            seen[role][one.get("name")] += count
            wrong[role][one.get("name")] += bad
    for role, good in fine.items():
        ways = ", ".join(f"{name} {wrong[role][name]}" for name in (*WAYS, "sideways"))
        keys = f"keyboard {wrong[role]['keyboard']} of {seen[role]['keyboard']} stops"
        yield f"pages of {role}", f"{seen[role]['light']} pages; wrong: {ways}, {keys}", good
