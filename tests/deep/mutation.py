"""Mutation testing of the rules on dates, numbers, refusals and masks: each broken on purpose, one way at a time.

Which files and which tests, `[tool.mutmut]` in pyproject.toml says. Runs in a copy of the house; the survivors are printed one by
one and explained in docs/mutation.md. About half an hour on two cores.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]
NEEDED = ("app", "tests", "config.py", "wsgi.py", "data", "templates", "static", "translations", "pyproject.toml")
LEAST = 85  # per cent
KILLED, SURVIVED, TOO_LONG = 1, 0, (-24, 24, 36, 152, 255)  # exit codes of pytest as mutmut keeps them


def main() -> Iterator[tuple[str, object, bool]]:
    kept = os.environ.get("DESK_MUTATION_DIR")  # goes on where an earlier run ended
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(kept or scratch)
        for name in NEEDED:
            _copy(HOUSE / name, folder / name)
        ran = subprocess.run([sys.executable, "-m", "mutmut", "run"], cwd=folder, capture_output=True, text=True)
        found = sorted((folder / "mutants").rglob("*.py.meta"))
        tried = {str(meta.relative_to(folder / "mutants"))[: -len(".meta")]: _codes(meta) for meta in found}
        tried = {name: codes for name, codes in tried.items() if codes}
        if not tried:
            print(ran.stdout[-2000:], ran.stderr[-2000:], file=sys.stderr)
        yield "files whose rules were broken", len(tried), len(tried) >= 10
        whole = Counter()
        for name, codes in tried.items():
            ends = Counter(_end(code) for code in codes.values())
            whole += ends
            share = 100 * ends["killed"] / max(1, sum(ends.values()))
            yield f"{name}: killed of {sum(ends.values())}", f"{share:.1f} % ({_said(ends)})", share >= LEAST
            for mutant in (one for one, code in codes.items() if _end(code) != "killed"):
                print(f"{_end(codes[mutant])}: {mutant}")
        share = 100 * whole["killed"] / max(1, sum(whole.values()))
        yield f"all of them: killed of {sum(whole.values())}", f"{share:.1f} % ({_said(whole)})", share >= LEAST


def _codes(meta: Path) -> dict:
    return json.loads(meta.read_text())["exit_code_by_key"]


def _end(code: int | None) -> str:
    """What never ran, or ran out of time, is counted as alive: a busy machine kills nothing, and a gate that skipped has not looked."""
    if code in TOO_LONG:
        return "hung"
    return {None: "not tried", SURVIVED: "survived", 33: "no test", 5: "no test", KILLED: "killed", 3: "killed"}.get(code, f"code {code}")


def _said(ends: Counter) -> str:
    return ", ".join(f"{count} {end}" for end, count in ends.most_common() if end != "killed") or "none alive"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)
