"""Commands that say what went wrong in a sentence and end with 1, instead of a trace."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from app.refusals import Refusal

NO_TABLES = ("no such table", "undefinedtable")
UNPREPARED = "数据库里还没有表：请先运行 bin/serve，或 bin/desk city load DIR。"
UNREACHABLE = "数据库现在用不了：{why}"


class _Spoken:
    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            missing = isinstance(refusal.__cause__, DBAPIError) and _no_tables(refusal.__cause__)
            said = UNPREPARED if missing else str(refusal)
        except DBAPIError as problem:
            said = UNPREPARED if _no_tables(problem) else UNREACHABLE.format(why=str(problem.orig).strip().splitlines()[0])
        click.echo(said, err=True)
        raise SystemExit(1)


def _no_tables(problem: DBAPIError) -> bool:
    said = f"{type(problem.orig).__name__} {problem.orig}".lower()
    return any(words in said for words in NO_TABLES)


class Command(_Spoken, click.Command):
    """One command on its own."""


class Commands(_Spoken, AppGroup):
    """A group of commands with the app at hand."""
