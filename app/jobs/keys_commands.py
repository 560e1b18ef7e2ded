"""`flask keys …`: which keys stored data lies under, and a newer one over all of it."""

from collections import Counter

import click
from cryptography.exceptions import InvalidTag

from app.jobs import rekey
from app.jobs.spoken import Commands
from app.people.actions import record
from app.people.actor import SYSTEM
from app.sealing import keyring

commands = Commands("keys", help="The keys over personal data at rest (DATA_KEYS).")


@commands.command("list")
def list_command() -> None:
    """How many stored values lie under each key number."""
    newest = keyring().newest
    for number, count in rekey.counts().items():
        click.echo(f"{number} 号密钥：{count} 项{'（现用）' if number == newest else ''}")


@commands.command("rotate")
def rotate_command() -> None:
    """Seal everything anew with the newest of DATA_KEYS, while serving; stopped, it goes on when started again."""
    done: Counter[str] = Counter()
    try:
        for where, count in rekey.rotate():
            done[where] += count
    except (KeyError, InvalidTag) as problem:
        why = f"缺少 {problem} 号密钥" if isinstance(problem, KeyError) else "有数据打不开（密钥不对或数据被改动）"
        click.echo(f"{why}，已换的保留，其余没有换。请先运行 keys list。", err=True)
        raise SystemExit(1) from problem
    for where, count in sorted(done.items()):
        click.echo(f"{where}：{count}")
    if done:
        record("rotate_keys", SYSTEM, subject=f"key:{keyring().newest}", rows=sum(done.values()))
    click.echo(f"全部数据都在 {keyring().newest} 号密钥之下。旧密钥须保留到旧备份不再需要时。")
