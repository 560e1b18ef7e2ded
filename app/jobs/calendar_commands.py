"""`flask calendar …`: when a limit ends and why, and a new year from its file."""

from datetime import date
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from app.calendar.actions import load_calendar
from app.calendar.days import LOCAL, NATIONAL, Calendar
from app.calendar.due import UNITS, WORKING_DAY, due, ledger
from app.calendar.find import calendar_of
from app.calendar.read import read_calendar
from app.calendar.version import digest
from app.calendar.words import said
from app.calendar.yamlfile import BrokenFile
from app.cases.recompute import recompute_open
from app.extensions import db
from app.jobs.spoken import Commands
from config import HOUSE

SAMPLE = HOUSE / "data" / "duyun" / "calendar.yaml"

commands = Commands("calendar", help="Working days: due dates and new years.")


class IsoDay(click.ParamType):
    """2026-12-30 and nothing else."""

    name = "date"

    def convert(self, value, param, ctx):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or day.isoformat() != value:
            self.fail(f"{value} 不是日期，应为 2026-12-30 的写法", param, ctx)
        return day


@commands.command("due")
@click.argument("start", metavar="DATE", type=IsoDay())
@click.argument("amount", metavar="N", type=click.IntRange(0, 10_000))
@click.option("--unit", type=click.Choice(UNITS), default=WORKING_DAY, show_default=True)
@click.option("--layer", "layers", type=click.Choice([NATIONAL, LOCAL]), multiple=True, help="Default: both.")
@click.option("--explain", is_flag=True, help="Print a line a day before the due date.")
def due_command(start: date, amount: int, unit: str, layers: tuple[str, ...], explain: bool) -> None:
    """Print the day on which a limit of N days from DATE ends (DATE itself is not counted)."""
    calendar = _calendar([name for name in (NATIONAL, LOCAL) if name in layers or not layers])
    try:
        found = due(start, amount, unit, calendar)
    except OverflowError:
        raise click.UsageError("超出可计算的日期（9999 年）") from None
    if explain:
        for line in ledger(start, amount, unit, calendar):
            click.echo(said(line, unit))
    click.echo(f"{found.on}{' 暂定' if found.tentative else ''}")


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(file: Path) -> None:
    """Load the years of FILE and recompute the open cases; prints each changed due date."""
    try:
        read = read_calendar(file)
    except BrokenFile as broken:
        for problem in broken.problems:
            click.echo(problem, err=True)
        raise SystemExit(1) from broken
    changed = load_calendar(read)
    moved = 0
    for one in recompute_open():  # also when nothing changed: a stopped run goes on
        click.echo(f"{one.case_no} {one.clock} {one.before} → {one.after}{' 暂定' if one.tentative else ''}")
        moved += 1
    click.echo(f"{'日历已更新' if changed else '日历没有变化'}，{moved} 个期限有变动。")


def _calendar(names: list[str]) -> Calendar:
    """From the database; from the sample city where no calendar was loaded yet."""
    try:
        if digest():
            return calendar_of(*names)
    except DBAPIError:  # never migrated
        db.session.rollback()
    click.echo(f"数据库里还没有日历，改用 {SAMPLE.relative_to(HOUSE)}", err=True)
    return read_calendar(SAMPLE).calendar(*names)
