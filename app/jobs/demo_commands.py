"""`demo load --cases N`: a desk that looks like a working one, for a trial, a training or a look."""

import click
from flask.cli import AppGroup
from rich.progress import track

from app.jobs import demo, demo_cases, nightly

commands = AppGroup("demo", help="Synthetic people and cases.")


@commands.command("load")
@click.option("--cases", "count", type=click.IntRange(1, 1_000_000), required=True)
@click.option("--seed", default=1, show_default=True, help="The same seed tells the same stories.")
@click.option("--days", default=40, show_default=True, help="Spread over so many days up to now.")
def load_command(count: int, seed: int, days: int) -> None:
    """Add N synthetic cases in every state, brought there by the real rules."""
    if not demo.demo_accounts_exist():
        demo.make_accounts()
    for _case in track(demo_cases.load(count, seed, days), total=count, description="办件"):
        pass
    nightly.run()
    click.echo(f"已加入 {count} 个示例办件（种子 {seed}）。")
