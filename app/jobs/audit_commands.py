"""`nightly`, `audit verify`, `register check`: what an operator runs to be sure."""

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cases import figures, proof, seals
from app.cases.models import Case, Serial
from app.documents import hand, paper, seal_sheet
from app.documents.evidence import without_a_step
from app.documents.models import Document
from app.documents.register import without_reason
from app.extensions import db
from app.jobs import nightly
from app.jobs.spoken import Command, Commands
from app.moments import CST

audit = Commands("audit", help="Prove the journal.")
register = Commands("register", help="Prove the numbers.")


AT_ONCE = 1000  # rows looked at together: memory stays flat over a million cases
LONGEST_NAME = 255
SHOWN = 10  # missing numbers of a series that are named

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
@click.option("--against", default=None, help="A daily seal on paper: its PDF, or its 64 characters typed in, with the day before them or not.")
def verify(case_no: str | None, against: str | None) -> None:
    """Recompute every hash and every daily seal; name the first broken row of each case. Exit 1 when one is broken."""
    told = list(_against(against)) if against else []
    whole = [] if case_no else [*seals.broken(), *without_a_step()]
    _say([*told, *proof.broken_entries(case_no), *whole],
         "日志完整：每一条都相连，日封相符。" + ("与纸上的日封相符。" if against else ""))  # fmt: skip


@audit.command("seal")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="A day that is sealed.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, help="The PDF.")
def print_seal(day: datetime, out: Path) -> None:
    """Print the seal of a day on a signed sheet, to be kept where the database is not."""
    out.write_bytes(seal_sheet.printed(day.date()))
    click.echo(f"{out}\t{seals.of(day.date()).digest}")


def _against(given: str) -> Iterator[str]:
    file = Path(given)
    sheet = seal_sheet.in_file(file.read_bytes()) if len(given) < LONGEST_NAME and file.is_file() else seal_sheet.typed(given)
    if sheet.signed_by:
        click.echo(f"{sheet.day.isoformat()} 的日封单，签名完好（{sheet.signed_by}）")
    if problem := seal_sheet.differs(sheet):
        yield problem


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
    counters = {series: last for series, last in db.session.execute(db.select(Serial.series, Serial.value).order_by(Serial.series))}
    wanted = {series for series in counters if series.startswith(("document/", "case/"))}
    if day:
        wanted &= _series_of(day)
    found = {}
    for series, given in groupby(chain(_documents(), _cases()), itemgetter(0)):
        if series in wanted:
            found[series] = _missing((serial for _series, serial in given), counters[series])
    for series in sorted(wanted):
        missing = found.get(series) or (_missing(iter(()), counters[series]) if series not in found else [])
        if missing:
            yield f"{series}：已编到 {counters[series]} 号，缺 {'、'.join(map(str, missing))}"
    yield from without_reason()
    yield from paper.unaccounted()
    yield from hand.unaccounted()
    yield from figures.broken()


def _documents() -> Iterator[tuple[str, int]]:
    """Series and serial of every document, in order; from the index alone, and a few at a time."""
    rows = db.select(Document.series, Document.serial).order_by(Document.series, Document.serial)
    yield from ((f"document/{series}", serial) for series, serial in db.session.execute(rows.execution_options(yield_per=AT_ONCE)))


def _cases() -> Iterator[tuple[str, int]]:
    numbers = db.session.scalars(db.select(Case.case_no).order_by(Case.case_no).execution_options(yield_per=AT_ONCE))
    yield from ((f"case/{no[:9]}/{no[9:15]}", int(no[15:20])) for no in numbers)


def _series_of(day: date) -> set[str]:
    """The series in which something was numbered on that day."""
    start = datetime(day.year, day.month, day.day, tzinfo=CST)
    issued = db.select(Document.series).where(Document.issued_at >= start, Document.issued_at < start + timedelta(days=1)).distinct()
    cases = db.select(Serial.series).where(Serial.series.startswith("case/"), Serial.series.endswith(f"/{day:%y%m%d}"))
    return {f"document/{series}" for series in db.session.scalars(issued)} | set(db.session.scalars(cases))


def _missing(serials: Iterator[int], last: int) -> list[int]:
    """The first numbers from 1 to `last` that are not among these, which come in order."""
    missing, expected = [], 1
    for serial in serials:
        missing += range(expected, min(serial, last + 1, expected + SHOWN))
        expected = serial + 1
        if len(missing) >= SHOWN:
            return missing[:SHOWN]
    return [*missing, *range(expected, min(last + 1, expected + SHOWN))][:SHOWN]


def _say(problems: list[str], fine: str) -> None:
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo(fine)
