"""`flask custody …`: whether every paper is accounted for."""

import click

from app.custody import closeout
from app.custody.balance import of_offices, sums, unbalanced
from app.jobs.spoken import Commands
from app.people.find import directory

commands = Commands("custody", help="Papers and their holders.")


@commands.command("check")
def check_command() -> None:
    """The balance of every case, office and centre. Exit status 1, and each account by name, when one does not close."""
    found = unbalanced() + closeout.broken()
    if found:
        for sentence in found:
            click.echo(sentence, err=True)
        raise SystemExit(1)
    offices = directory().offices
    for line in sums(of_offices()):
        name = offices[line.key].name if line.key in offices else line.key
        click.echo(f"{name}：在手 {line.held}，在途 {line.in_transit}，归档 {line.archived}")
    click.echo("材料账已平：收 = 在手 + 在途 + 退还 + 归档 + 遗失。")
