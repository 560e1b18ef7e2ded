"""The counter: 30 browsers killed, the network cut for a minute, the server started again; every page of every role in every way."""

import os
import subprocess
import sys
import tempfile
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
    """A row for each role: its pages, and the findings of axe, sideways scrolling and the browser itself in each way."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.xml"
        pytest(PAGES, "-k", ANY_WAY, f"--junitxml={told}")
        for case in ElementTree.parse(told).iter("testcase"):
            figures = {one.get("name"): one.get("value") for one in case.iter("property")}
            found = {way: tuple(map(int, figures[way].split())) for way in WAYS if way in figures}
            words = [f"{way} {wrong}" for way, (_pages, wrong) in found.items()]
            pages = max((pages for pages, _wrong in found.values()), default=0)
            role = case.get("name").partition("[")[2].rstrip("]")
            fine = case.find("failure") is None and case.find("error") is None
            yield f"pages of {role}", f"{pages} pages; found: {', '.join(words)}; {figures.get('keyboard', 'not reached')}", fine
