"""The counter: 30 browsers killed, the network cut for a minute, the server started again; every page of every role read by axe."""

import os
import subprocess
import sys
from collections.abc import Iterator

LONG = {"DESK_KILLS": "30", "DESK_CUT_SECONDS": "60"}
TESTS = {
    "nothing typed is lost (30 kills, 60 s cut, restart)": ("tests/receive/test_never_lost.py", ""),
    "200 scans of 200, no person taken for one": ("tests/receive/test_scanner.py", ""),
    "axe on every page, light, dark, phone, 200 %": ("tests/web/test_every_page.py", "ways"),
    "the same for every role": ("tests/web/test_every_page.py", "roles"),
}


def main() -> Iterator[tuple[str, str, bool]]:
    for what, (path, pages) in TESTS.items():
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", path]
        run = subprocess.run(command, env=os.environ | LONG | {"DESK_EVERY_PAGE": pages}, capture_output=True, text=True)
        if run.returncode:
            print(run.stdout[-8000:])
        yield what, run.stdout.strip().split("\n")[-1], run.returncode == 0
