"""The worker: `nightly` after midnight and at each start; every few seconds what people are to be told."""

import logging
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from flask import Flask
from huey import SqliteHuey, crontab

from app.cases.recompute import recompute_open
from app.documents import checklog
from app.jobs import backup_schedule, errands, nightly, print_jobs, tell
from app.jobs.alive import show_life

EVERY = 3  # seconds between two looks at what is to be told
MIDNIGHT = crontab(minute="5", hour="16")  # UTC: five past midnight in China

log = logging.getLogger(__name__)


def work(app: Flask) -> None:
    """Until SIGTERM; what is in a transaction then is finished or has not happened."""
    huey = SqliteHuey("desk", filename=str(Path(app.config["DATA_DIR"]) / "tasks.db"), results=False)

    @huey.task()
    def night():
        with app.app_context():
            nightly.run()
            backup_schedule.scheduled()

    huey.periodic_task(MIDNIGHT, name="midnight")(night.call_local)
    if not len(huey):
        night()  # the machine may have been off at midnight; doing it twice changes nothing
    stop = Event()
    loops = [Thread(target=loop, args=(app, stop), daemon=True)
             for loop in (keep_telling, print_jobs.keep_printing, errands.keep_running)]  # fmt: skip
    for loop in loops:
        loop.start()
    huey.create_consumer(workers=1, graceful_signal="TERM", shutdown_timeout=2).run()
    stop.set()
    for loop in loops:
        loop.join(timeout=2)


def keep_telling(app: Flask, stop: Event) -> None:
    while not stop.is_set():
        with app.app_context():
            try:
                for _moved in recompute_open():  # a calendar was changed; the page that changed it did not wait
                    pass
                tell.tell_all()
                checklog.bring_in()
            except Exception:  # a refused or broken message must not silence all others
                log.exception("telling failed; trying again")
            with suppress(Exception):  # a database that is away is told by other signs
                show_life()
        stop.wait(EVERY)
