"""`retention list`, `retention run`: whose data is no longer needed, and away with it."""

from datetime import date, datetime

import click

from app.jobs import retention
from app.jobs.spoken import Commands
from app.refusals import Incomplete

commands = Commands("retention", help="Personal data of cases that ended long ago.")
BEFORE = click.option("--before", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Cases that ended before this day; default: by RETENTION_YEARS.")


@commands.command("list")
@BEFORE
def list_command(before: datetime | None) -> None:
    """How many cases are due, by item, and how many are held back and why. Changes nothing."""
    _count(_day(before))


@commands.command("run")
@BEFORE
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--rewrite", is_flag=True, help="Then write the whole database anew (VACUUM), so that no older copy of a page is left.")
def run_command(before: datetime | None, yes: bool, rewrite: bool) -> None:
    """Erase the personal data of those that are due. It cannot be undone."""
    day = retention.checked(_day(before))
    if _count(day):
        if not yes:
            click.confirm("删除后不能恢复。确定删除吗？", abort=True)
        click.echo(f"已删除 {retention.run(day)} 件的个人信息，日志保留，可以核验。")
    if rewrite:
        retention.rewrite()
        click.echo("数据库已整理重写，旧页面上的残留也没有了。")


def _day(before: datetime | None) -> date:
    day = before.date() if before else retention.limit()
    if day is None:
        raise Incomplete("没有设置保存年限（RETENTION_YEARS），请用 --before 写明日期。")
    return day


def _count(day: date) -> int:
    due, held = retention.counts(day)
    click.echo(f"{day.isoformat()} 以前办结、保存期满的：{sum(due.values())} 件")
    for item, many in due.items():
        click.echo(f"  {item}：{many}")
    for why, many in held.items():
        click.echo(f"保留（{why}）：{many} 件")
    return sum(due.values())
