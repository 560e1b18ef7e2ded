"""`documents samples DIR`: every kind, to look at before anybody gets one. `document check FILE`: is this one ours?"""

import sys
from pathlib import Path

import click

from app.documents.checking import check_file
from app.documents.kinds import KINDS, NORMAL
from app.documents.press import to_pdf
from app.documents.samples import sample
from app.jobs.spoken import Commands

commands = Commands("documents", help="What is printed.")
one = Commands("document", help="One document.")

SAID = {
    "valid": "有效：与出具时一致", "expired": "真实，已过有效期", "superseded": "已被替换", "suspended": "暂停使用",
    "revoked": "已撤销", "void": "已作废", "altered": "被改动：与本系统出具的文件不一致", "unknown": "不是本系统出具的文书",
}  # fmt: skip


@commands.command("samples")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def samples(folder: Path) -> None:
    """Render a sample of every kind into FOLDER, in every variant."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, row in KINDS.items():
        for variant in row.variants:
            name = f"{kind}.pdf" if variant == NORMAL else f"{kind}-{variant}.pdf"
            pdf = to_pdf(sample(kind), variant)
            (folder / name).write_bytes(pdf)
            click.echo(f"{name}\t{len(pdf)}")


@one.command("check")
@click.argument("file", type=click.File("rb"))
def check(file) -> None:
    """Say whether FILE is a valid, superseded, revoked, altered or unknown document of ours. Exit 0 only when valid."""
    found = check_file(file.read())
    words = [found.state, SAID[found.state]]
    words += [word for word in (found.title, found.number) if word]
    if found.replaced_by:
        words.append(f"替换为 {found.replaced_by}")
    if found.signed_by:
        words.append(f"签名 {found.signed_by}（PAdES {found.level}）")
    click.echo("\t".join(words))
    sys.exit(0 if found.good else 1)
