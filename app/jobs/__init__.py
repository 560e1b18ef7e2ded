"""Work nobody waits for: the worker, `nightly`, the command line."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Hang the commands on the app."""
