"""A database that is sent out as it lies on the disk, while eight write and move their log into it."""

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from app.jobs import still

ROWS, WRITERS = 3000, 8
WRITER = """
import os, random, sqlite3, sys, time
database, stop, seed = sys.argv[1:]
dice = random.Random(int(seed))
connection = sqlite3.connect(database, timeout=30, isolation_level=None)
connection.execute("PRAGMA synchronous = OFF")
while not os.path.exists(stop):
    one, other = dice.sample(range(1, 3001), 2)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE paper SET held = held - 1, filler = randomblob(4000) WHERE id = ?", (one,))
    connection.execute("UPDATE paper SET held = held + 1, filler = randomblob(4000) WHERE id = ?", (other,))
    connection.execute("INSERT INTO entry (filler) VALUES (randomblob(300))")
    connection.execute("UPDATE told SET entries = entries + 1")
    connection.execute("COMMIT")
    if dice.random() < 0.1:
        connection.execute("PRAGMA busy_timeout = 50")
        connection.execute(f"PRAGMA wal_checkpoint({dice.choice(['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'])})").fetchone()
        connection.execute("PRAGMA busy_timeout = 30000")
"""


@pytest.fixture
def database(tmp_path):
    """Papers whose sum is 0, entries as many as is told: true at every moment, and of no two moments mixed."""
    place = tmp_path / "desk.db"
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE paper (id INTEGER PRIMARY KEY, held INTEGER, filler BLOB)")
        connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, filler BLOB)")
        connection.execute("CREATE TABLE told (entries INTEGER)")
        connection.execute("INSERT INTO told VALUES (0)")
        connection.executemany("INSERT INTO paper (held, filler) VALUES (0, randomblob(4000))", [()] * ROWS)
        connection.commit()
    return place


@pytest.fixture
def written_to(database, tmp_path):
    stop = tmp_path / "stop"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, database, stop, str(seed)]) for seed in range(WRITERS)]
    try:
        _until(lambda: _entries(database) > 20)
        yield database
    finally:
        stop.touch()
        ended = [writer.wait() for writer in writers]
    assert ended == [0] * WRITERS


def test_eight_who_write_and_move_their_log_change_nothing_of_what_is_sent(written_to, tmp_path):
    for _time in range(3):
        before = _entries(written_to)
        said, sent, rows = _sent(written_to, tmp_path / "copy", slowly=0.05)
        assert not said["copied"] and not (tmp_path / "copy").exists()
        assert _entries(written_to) > rows["entry"] >= before  # they went on meanwhile
        _is_whole(tmp_path, sent, rows)


def test_when_somebody_reads_what_is_older_a_copy_is_sent(written_to, tmp_path):
    with closing(sqlite3.connect(written_to, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        seen = reader.execute("SELECT count(*) FROM entry").fetchone()[0]
        _until(lambda: _entries(written_to) > seen + 5)
        said, sent, rows = _sent(written_to, tmp_path / "copy", patience=0.2)
        assert said["copied"] and rows["entry"] > seen
    _is_whole(tmp_path, sent, rows)


def test_it_ends_when_nobody_reads_on_and_the_log_can_be_emptied_again(database, tmp_path):
    child = _child(database, tmp_path / "copy", 5)
    child.stdout.readline()
    child.stdout.close()
    assert child.wait(20) != 0
    child.stderr.close()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)


def test_a_database_that_nobody_has_open_stands_still_at_once(database):
    assert still.stands_still(str(database), 0) is not None


def _child(database, copy, patience):
    asked = [sys.executable, "-I", still.__file__, database, copy, str(patience), "paper", "entry"]
    return subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _sent(database, copy, patience=20, slowly=0.0):
    with _child(database, copy, patience) as child:
        said, sent = json.loads(child.stdout.readline()), bytearray()
        while len(sent) < said["size"]:
            sent += child.stdout.read(min(1 << 20, said["size"] - len(sent)))
            time.sleep(slowly)
        return said, sent, json.loads(child.stdout.readline())["rows"]


def _is_whole(tmp_path, sent, rows):
    place = tmp_path / f"sent-{time.monotonic_ns()}.db"
    place.write_bytes(sent)
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT sum(held), count(*) FROM paper").fetchone() == (0, rows["paper"])
        told = connection.execute("SELECT (SELECT entries FROM told), (SELECT count(*) FROM entry)").fetchone()
    assert told == (rows["entry"], rows["entry"]) and rows["paper"] == ROWS


def _entries(database) -> int:
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return connection.execute("SELECT entries FROM told").fetchone()[0]


def _until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
