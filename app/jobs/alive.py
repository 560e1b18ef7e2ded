"""The worker's sign of life, for who asks after it: a file whose time says when the worker was last seen."""

from pathlib import Path
from time import time

from flask import current_app

SEEN = "worker.seen"


def sign_of_life() -> Path:
    return Path(current_app.config["DATA_DIR"]) / SEEN


def seconds_since_seen() -> float | None:
    """How long the worker has been silent; None when it was never seen."""
    seen = sign_of_life()
    return time() - seen.stat().st_mtime if seen.exists() else None
