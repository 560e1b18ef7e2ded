"""`nightly`, `audit verify`, `register check`: what an operator runs to be sure."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

import click
from flask.cli import with_appcontext

from app.cases import figures, proof, seals
from app.cases.models import Case, Serial
from app.documents import hand, paper
from app.documents.evidence import without_a_step
from app.documents.models import Document
from app.documents.register import without_reason
from app.extensions import db
from app.jobs import nightly
from app.jobs.spoken import Command, Commands

audit = Commands("audit", help="Prove the journal.")
register = Commands("register", help="Prove the numbers.")


MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"]


@click.command("nightly", cls=Command)
@click.option("--at", "at", type=click.DateTime(MOMENTS), default=None)
@with_appcontext
def nightly_command(at: datetime | None) -> None:
    """Take the steps that the calendar takes; doing it twice changes nothing."""
    for name, count in nightly.run(at).items():
        click.echo(f"{name}\t{count}")


@audit.command("verify")
@click.option("--case", "case_no", default=None, help="Only this case.")
def verify(case_no: str | None) -> None:
    """Recompute every hash and every daily seal; name the first broken row of each case. Exit 1 when one is broken."""
    whole = [] if case_no else [*seals.broken(), *without_a_step()]
    _say([*proof.broken_entries(case_no), *whole], "日志完整：每一条都相连，日封相符。")


@register.command("check")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Only documents of this day.")
def check(day: datetime | None) -> None:
    """Every series of document and case numbers is 1…N without a hole, and the supervisor's figures are what the cases
    say. Exit 1 when not."""
    _say(list(holes(day.date() if day else None)), "登记册连续：各序列 1…N 没有缺号。")


def holes(day: date | None = None) -> Iterator[str]:
    """A sentence for every series that is not exactly 1…N as its counter says: documents, and cases by their number.

    And for every number without a reason for its end, and every sheet of numbered paper and hand receipt that is not accounted for.
    """
    documents = db.select(Document.series, Document.serial, Document.issued_at)
    given = [(f"document/{row.series}", row.serial, row.issued_at.date()) for row in db.session.execute(documents)]
    cases = db.session.scalars(db.select(Case.case_no))
    given += [(f"case/{no[:9]}/{no[9:15]}", int(no[15:20]), datetime.strptime(no[9:15], "%y%m%d").date()) for no in cases]
    seen: dict[str, set[int]] = defaultdict(set)
    of_day = {series for series, _serial, when in given if day in (None, when)}
    for series, serial, _when in given:
        seen[series].add(serial)
    counters = db.session.execute(db.select(Serial.series, Serial.value).order_by(Serial.series))
    for series, last in counters:
        if series.startswith(("document/", "case/")) and (day is None or series in of_day):
            missing = sorted(set(range(1, last + 1)) - seen[series])
            if missing:
                yield f"{series}：已编到 {last} 号，缺 {'、'.join(map(str, missing[:10]))}"
    yield from without_reason()
    yield from paper.unaccounted()
    yield from hand.unaccounted()
    yield from figures.broken()


def _say(problems: list[str], fine: str) -> None:
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo(fine)
