"""The bench can be started; what it measures is not a matter for `bin/test`."""

import subprocess
import sys

from config import HOUSE

SECTIONS = ["queue", "case", "intake", "status", "search", "documents", "memory", "audit", "nightly", "load", "effort", "soak", "nodes",
            "peers", "layers"]  # fmt: skip


def test_the_bench_names_its_sections():
    said = subprocess.run(
        [sys.executable, "-m", "bench", "--list"], cwd=HOUSE, capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout.split() == SECTIONS
