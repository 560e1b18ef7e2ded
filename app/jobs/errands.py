"""What cannot wait for the night: whistles that nobody hears climb within a minute, long exports are made at once."""

import logging
from threading import Event
from time import monotonic

from flask import Flask

from app.cases import figures
from app.jobs import exports
from app.oversight import actions, climb

EVERY = 2  # seconds between two looks for exports
MINUTE = 60

log = logging.getLogger(__name__)


def keep_running(app: Flask, stop: Event) -> None:
    """A loop of the worker, until `stop`."""
    climbed, new = -MINUTE, True
    while not stop.is_set():
        with app.app_context():
            try:
                if new:
                    actions.wait_again()
                    new = False
                exports.make_all()
                if monotonic() - climbed >= MINUTE:
                    climb.escalate_due()
                    figures.fold()
                    climbed = monotonic()
            except Exception:  # one broken errand must not end the others
                log.exception("an errand failed; trying again")
        stop.wait(EVERY)
