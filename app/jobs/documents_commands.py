"""`documents samples DIR`: every kind of document with invented people, to look at before anybody gets one."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.documents.kinds import KINDS
from app.documents.press import to_pdf
from app.documents.samples import sample

commands = AppGroup("documents", help="What is printed.")


@commands.command("samples")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def samples(folder: Path) -> None:
    """Render a sample of every kind into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        pdf = to_pdf(sample(kind))
        (folder / f"{kind}.pdf").write_bytes(pdf)
        click.echo(f"{kind}.pdf\t{len(pdf)}")
