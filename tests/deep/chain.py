"""The chain walked at random for longer, and ten thousand histories of the clocks: the suite's own tests with more of each."""

import os
import subprocess
import sys

LONG = {
    "random walks of 40 steps": ("WALKS", 60, "tests/chain/test_random_walk.py"),
    "histories of the clocks": ("HISTORIES", 10_000, "tests/chain/test_due_dates.py::test_thousands_of_histories_end_on_the_same_days_whichever_way_they_are_counted"),
}  # fmt: skip


def main():
    for what, (name, number, tests) in LONG.items():
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", tests]
        told = subprocess.run(command, env=os.environ | {name: str(number)}, capture_output=True, text=True)
        last = (told.stdout.strip().splitlines() or [told.stderr])[-1]
        yield f"{number} {what}", last, told.returncode == 0
