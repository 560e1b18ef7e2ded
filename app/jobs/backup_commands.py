"""`backup create | verify | restore`: the operator's words for it."""

from pathlib import Path

import click
from flask import current_app

from app.jobs import backup, restore
from app.jobs.spoken import Commands
from app.jobs.vault import Damaged

commands = Commands("backup", help="One sealed file with everything.")
FILE = click.Path(dir_okay=False, path_type=Path)


@commands.command("create")
@click.argument("file", type=FILE)
def create_command(file: Path) -> None:
    """Write FILE while the desk is serving."""
    try:
        made = backup.create(file.absolute())
    except (OSError, RuntimeError, ValueError) as problem:
        raise click.ClickException(f"备份没有做成：{problem}") from problem
    counted = "，".join(f"{name} {count}" for name, count in made["rows"].items())
    click.echo(f"备份已写入 {file}（{file.stat().st_size / 1e6:.1f} MB）：文件 {len(made['files'])} 个，{counted}")


@commands.command("verify")
@click.argument("file", type=FILE)
def verify_command(file: Path) -> None:
    """Restore FILE into a scratch place and run all checks there. Exit 1 when one fails."""
    with _named():
        problems = restore.verify(file)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo("备份完好：已在临时位置恢复，日志、材料账、编号、扫描件检查全部通过。")


@commands.command("restore")
@click.argument("file", type=FILE)
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=None, help="Another DATA_DIR.")
@click.option("--yes", is_flag=True, help="Overwrite what is there.")
def restore_command(file: Path, into: Path | None, yes: bool) -> None:
    """Put FILE in place. Stop the desk first; what was there is moved aside."""
    with _named():
        aside = restore.restore(file, (into or Path(current_app.config["DATA_DIR"])).absolute(), yes)
    click.echo("已恢复：文件与清单相符，数据库完整，行数相同，材料账已平。" + (f"原有文件在 {aside}。" if aside else ""))
    click.echo("启动之前请再运行 audit verify 与 register check，逐条核对日志、日封和编号（百万件约需十几分钟）。")


class _named:
    """Faults become one sentence and exit status 1."""

    def __enter__(self):
        return self

    def __exit__(self, _kind, problem, _trace):
        if isinstance(problem, Damaged | FileExistsError | FileNotFoundError | RuntimeError | ValueError):
            raise click.ClickException(str(problem)) from problem
