"""`demo load --cases N`: a desk that looks like a working one, for a trial, a training or a look."""

import sys

import click
from flask import current_app
from rich.progress import Progress

from app.jobs import demo, nightly
from app.jobs.demo import cases
from app.jobs.demo.bulk import Bulk
from app.jobs.spoken import Commands
from app.refusals import NotAllowed

BY_VERBS = 200  # up to here every case is told by the verbs; more of them are copied from a few hundred that were
BY_NIGHT = 100_000  # up to here the night is made up for at once; for more it takes as long as a real one
CITY_YEARS = 5 * 365

commands = Commands("demo", help="Synthetic people and cases.")


@commands.command("load")
@click.option("--cases", "count", type=click.IntRange(1, 2_000_000), required=True)
@click.option("--seed", default=1, show_default=True, help="The same seed tells the same stories.")
@click.option("--days", type=click.IntRange(1, 3000), help="Spread over so many days up to now; by default from 40 to five years.")
@click.option("--open", "unfinished", default=0, show_default=True, help="At least so many of them still open.")
def load_command(count: int, seed: int, days: int | None, unfinished: int) -> None:
    """Add N synthetic cases in every state, brought there by the real rules.

    Many are copied from a few hundred that the real verbs told, each on its own days by the rules of the calendar; a
    sample of the copies is told again by the verbs. Exit 1 when one of them is not equal.
    """
    if current_app.config["DESK_MODE"] == "production":
        raise NotAllowed("正式环境不能加入示例办件。")
    if not demo.demo_accounts_exist():
        demo.make_accounts()
    with Progress() as bars:
        if count <= BY_VERBS:
            for _case in bars.track(cases.load(count, seed, days or 40), total=count, description="办件"):
                pass
            problems = []
        else:
            problems = _in_bulk(bars, Bulk(count, seed, days or max(40, min(CITY_YEARS, count // 11)), unfinished))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    if count <= BY_NIGHT and not unfinished:
        nightly.run()
    click.echo(f"已加入 {count} 个示例办件（种子 {seed}）。")


def _in_bulk(bars: Progress, bulk: Bulk) -> list[str]:
    tasks = {
        "told": bars.add_task("逐步试办", total=bulk.stories),
        "copied": bars.add_task("成批登记", total=bulk.count),
        "checked": bars.add_task("逐步复核", total=bulk.sample),
    }
    return list(bulk.run(lambda what: bars.advance(tasks[what])))
