"""Work nobody waits for: the worker, `nightly`, the command line."""

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

from app.jobs import browser_reports, health, logs, metrics

# Name of each command, and where it is defined: read when it is called, for a desk that serves needs none of it.
COMMANDS = {
    "audit": "audit_commands:audit",
    "backup": "backup_commands:commands",
    "calendar": "calendar_commands:commands",
    "catalogue": "city_commands:catalogue",
    "city": "city_commands:commands",
    "custody": "custody_commands:commands",
    "demo": "demo.commands:commands",
    "document": "documents_commands:one",
    "documents": "documents_commands:commands",
    "keys": "keys_commands:commands",
    "nightly": "audit_commands:nightly_command",
    "register": "audit_commands:register",
    "retention": "retention_commands:commands",
    "user": "user_commands:commands",
}


class CommandLine(AppGroup):
    """Our commands beside Flask's."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        module, _colon, command = COMMANDS[name].partition(":")
        return getattr(import_module(f"app.jobs.{module}"), command)


def init_app(app: Flask) -> None:
    """Hang the pages and the commands on the app."""
    app.register_blueprint(health.pages)
    app.register_blueprint(browser_reports.pages)
    logs.init_app(app)
    metrics.init_app(app)
    app.cli = CommandLine(app.name)
    if click.get_current_context(silent=True):  # `flask db …` asks for it
        from app.jobs.migrate import bind

        bind(app)
