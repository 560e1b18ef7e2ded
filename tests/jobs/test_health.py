"""/healthz says the process is up; /readyz says a case could be saved now."""

import fcntl
import os

from app.jobs import alive


def seen_now(app):
    with app.app_context():
        alive.sign_of_life().touch()


def test_healthz_asks_nothing_of_the_database(app):
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_readyz_names_the_worker_that_was_never_seen(app):
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "database": "ok", "worker": "never seen", "disk": "ok", "backup": "none yet"}


def test_ready_when_the_worker_lives(app):
    seen_now(app)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_readyz_names_the_worker_that_fell_silent(app):
    seen_now(app)
    with app.app_context():
        an_hour_ago = alive.sign_of_life().stat().st_mtime - 3600
        os.utime(alive.sign_of_life(), (an_hour_ago, an_hour_ago))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503 and answer.json["worker"].startswith("silent")


def test_readyz_names_the_database_that_cannot_write(app, database):
    if database == "postgresql":
        return  # its writers do not queue at the file
    seen_now(app)
    with open(app.config["WRITE_LOCK"], "a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        answer = app.test_client().get("/readyz")
    assert answer.status_code == 503 and answer.json["database"] == "busy"


def test_a_worker_on_another_machine_is_seen_through_the_database(app, database):
    with app.app_context():
        alive.show_life()
        alive.sign_of_life().unlink()
    said = app.test_client().get("/readyz").json["worker"]
    assert said == ("ok" if database == "postgresql" else "never seen")  # SQLite is one machine
