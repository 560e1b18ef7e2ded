"""`flask city …` and `flask catalogue …`: the city's files, checked and loaded."""

from pathlib import Path

import click
from sqlalchemy import inspect

from app.calendar.yamlfile import BrokenFile
from app.cases.recompute import recompute_open
from app.extensions import db
from app.jobs.city import load_city, read_catalogue, read_organisation
from app.jobs.migrate import migrate
from app.jobs.spoken import Commands

commands = Commands("city", help="The city: offices, desks, roles, items, calendar.")
catalogue = Commands("catalogue", help="The items of the catalogue.")


@commands.command("load")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def load_command(folder: Path, dry_run: bool) -> None:
    """Load organisation.yaml, catalogue.yaml and calendar.yaml from DIR; loading twice changes nothing."""
    try:
        if not dry_run and not inspect(db.engine).get_table_names():
            migrate()  # the first command on a new machine
        changes = load_city(folder, dry_run)
    except BrokenFile as broken:
        _give_up(broken.problems, "没有载入任何内容。")
    for change in changes:
        click.echo(str(change))
    for one in () if dry_run else recompute_open():
        click.echo(f"{one.case_no} {one.clock} {one.before} → {one.after}")
    done = "演练完毕，没有写入。" if dry_run else "已载入。"
    click.echo(done if any(changes) else "没有变化。")


@catalogue.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_command(file: Path) -> None:
    """Check a catalogue without a database, against the organisation.yaml beside it if there is one."""
    beside = file.parent / "organisation.yaml"
    try:
        organisation = read_organisation(beside) if beside.exists() else None
        read = read_catalogue(file, organisation)
    except BrokenFile as broken:
        _give_up(broken.problems)
    click.echo(f"{file}：{len(read.items)} 个事项，没有发现问题。")
    if organisation is None:
        click.echo("旁边没有 organisation.yaml，未核对部门名称。", err=True)


def _give_up(problems: list[str], outcome: str = "") -> None:
    for line in [*problems, outcome]:
        if line:
            click.echo(line, err=True)
    raise SystemExit(1)
