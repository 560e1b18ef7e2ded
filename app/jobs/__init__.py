"""Work nobody waits for: the worker, `nightly`, the command line."""

from flask import Flask

from app.jobs import calendar_commands, health


def init_app(app: Flask) -> None:
    """Hang the commands on the app."""
    app.register_blueprint(health.pages)
    app.cli.add_command(calendar_commands.commands)
