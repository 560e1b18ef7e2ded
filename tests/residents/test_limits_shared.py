"""Several machines, one count: limits of public pages kept in a real Redis (RATELIMIT_STORAGE_URI)."""

import shutil
import socket
import subprocess
import time

import pytest
from limits.storage import RedisStorage

from app.extensions import limiter
from tests.databases import FIXED, make_app

# Debian's redis-tools have the server without its service: one programme that asks by which name it was called.
REDIS = shutil.which("redis-server") or shutil.which("redis-check-rdb")
pytestmark = pytest.mark.skipif(not REDIS, reason="no redis-tools here: limits over several machines untested")


@pytest.fixture
def redis(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(tmp_path)]
    server = subprocess.Popen(call, executable=REDIS, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


def ask(app, code: str) -> int:
    client = app.test_client()
    page = client.get("/status").text
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post("/status", data={"csrf_token": token, "code": code, "last_four": "0000"}).status_code


def test_what_was_tried_at_one_machine_counts_at_the_other(redis, app, tmp_path):
    limiter._storage_dead = False  # one limiter a process: the other database's turn ended with a Redis that is not there
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    settings = {"RATELIMIT_STORAGE_URI": redis}
    first = make_app(url, tmp_path, **settings)
    assert isinstance(limiter.storage, RedisStorage)
    tried = [ask(first, f"CODE{n}") for n in range(12)]
    assert 429 in tried and tried[0] != 429
    assert ask(make_app(url, tmp_path, **settings), "CODE99") == 429
    alone = make_app(url, tmp_path, RATELIMIT_STORAGE_URI="redis://127.0.0.1:1/0")  # nobody there: each machine counts alone
    assert ask(alone, "CODE100") not in (429, 500)
    make_app(url, tmp_path, RATELIMIT_STORAGE_URI=FIXED["RATELIMIT_STORAGE_URI"])  # as the other tests want it
