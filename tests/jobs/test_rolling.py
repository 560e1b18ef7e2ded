"""Units that run only the web or only the worker: stopped under load nobody is cut off; counts are those of all processes.

The long form, with two units on PostgreSQL restarted in turn, is `bin/check-deep rolling`.
"""

import os
import re
import signal
import time

import pytest

from app.jobs import alive
from tests.databases import make_app
from tests.deep.rolling import crowd
from tests.jobs.test_serve import start  # noqa: F401  (a fixture)


def counted(unit) -> int:
    """Answers to /guides, as /metrics tells them."""
    found = re.search(r'desk_requests_total{[^}]*view="residents.guides"} ([0-9.]+)', unit.ask("/metrics")[1])
    return int(float(found.group(1))) if found else 0


def test_a_web_unit_counts_over_its_processes_and_cuts_nobody_off_when_it_stops(start, tmp_path):  # noqa: F811
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    unit = start(RUN="web", PROMETHEUS_MULTIPROC_DIR=str(metrics))
    unit.until(lambda: unit.ask("/healthz")[0] == 200)
    assert unit.ask("/readyz")[0] == 503 and not (tmp_path / alive.SEEN).exists(), "no worker here"
    (web,) = unit.children()
    unit.until(lambda: len(of_process(web)) == 2)
    workers, asked = of_process(web), 0
    while asked < 20 or not all((metrics / f"counter_{pid}.db").exists() for pid in workers):
        assert unit.ask("/guides")[0] == 200 and asked < 500
        asked += 1
    assert counted(unit) == asked and "desk_worker_silent_seconds NaN" in unit.ask("/metrics")[1]
    os.kill(workers[0], signal.SIGKILL)
    unit.until(lambda: len(set(of_process(web)) - {workers[0]}) == 2 and (metrics / "counter_0.db").exists())
    assert counted(unit) == asked and not list(metrics.glob(f"*_{workers[0]}.db")), "what the dead one counted is kept, its files are not"

    clients, stop = crowd(make_app(f"sqlite:///{tmp_path}/desk.db", tmp_path), [unit.port], 4)
    time.sleep(0.7)
    status, seconds = unit.stop()
    stop.set()
    for client in clients:
        client.join()
    assert (status, [one for client in clients for one in client.lost]) == (0, []) and seconds < 5
    assert sum(len(client.done) for client in clients) > 20 and not list(metrics.glob("*.db"))


def of_process(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [int(word) for word in children.read().split()]


@pytest.mark.parametrize("run", ["both"])
def test_a_word_that_run_does_not_know_is_refused(start, run):  # noqa: F811
    unit = start(RUN=run)
    assert unit.process.wait(timeout=60) == 1 and "RUN 只能是" in unit.said.read_text()
