"""日封: the auditor prints the seal of a day, keeps the paper, and later holds it against the journal."""

from contextlib import suppress
from datetime import date

from flask import request

from app.admin.views import pages
from app.cases import seals
from app.documents import seal_sheet
from app.people.guard import needs
from app.refusals import Incomplete, NotThere
from app.web.fragments import page
from app.web.headers import printable

A_PAGE = 31  # days


@pages.get("/seals")
@needs("read_audit")
def daily_seals():
    """The days, newest first; `?against=` holds what a paper says against the database."""
    words, until = request.args.get("against", "").strip()[:200], _day(request.args.get("before", ""))
    paper, problem = None, ""
    if words:
        try:
            paper = seal_sheet.typed(words)
            problem = seal_sheet.differs(paper)
        except Incomplete as refusal:
            problem = str(refusal)
    rows = seals.newest(A_PAGE + 1, until)
    return page("admin/seals.html", rows=rows[:A_PAGE], more=rows[A_PAGE - 1].day if len(rows) > A_PAGE else None, until=until,
                words=words, paper=paper, problem=problem, found=seal_sheet.day_of(paper) if paper else None)  # fmt: skip


@pages.get("/seals/<day>.pdf")
@needs("read_audit")
def daily_seal(day: str):
    """The signed sheet of a day."""
    found = _day(day)
    if found is None:
        raise NotThere("没有这一天的日封。")
    return printable(seal_sheet.printed(found), f"日封单 {found.isoformat()}.pdf")


def _day(words: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(words)
    return None
