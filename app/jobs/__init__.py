"""Work nobody waits for: the worker, `nightly`, the command line."""

from flask import Flask

from app.jobs import (
    audit_commands,
    backup_commands,
    browser_reports,
    calendar_commands,
    city_commands,
    custody_commands,
    documents_commands,
    health,
    keys_commands,
    logs,
    metrics,
    user_commands,
)
from app.jobs.demo import commands as demo_commands


def init_app(app: Flask) -> None:
    """Hang the commands on the app."""
    app.register_blueprint(health.pages)
    app.register_blueprint(browser_reports.pages)
    logs.init_app(app)
    metrics.init_app(app)
    app.cli.add_command(backup_commands.commands)
    app.cli.add_command(calendar_commands.commands)
    app.cli.add_command(city_commands.commands)
    app.cli.add_command(city_commands.catalogue)
    app.cli.add_command(user_commands.commands)
    app.cli.add_command(keys_commands.commands)
    app.cli.add_command(documents_commands.commands)
    app.cli.add_command(documents_commands.one)
    app.cli.add_command(custody_commands.commands)
    app.cli.add_command(demo_commands.commands)
    app.cli.add_command(audit_commands.nightly_command)
    app.cli.add_command(audit_commands.audit)
    app.cli.add_command(audit_commands.register)
