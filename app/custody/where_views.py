"""Looking for papers: one number, the lists that want a look, and the balance of the whole account."""

from flask import request
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.steps import STATE_WORDS, STEPS
from app.custody import balance, labels, watch
from app.custody.lists import MOST
from app.custody.views import pages
from app.custody.where import where as look
from app.people.find import office
from app.people.guard import needs, staff_only
from app.refusals import NotThere
from app.web.fragments import page
from app.web.headers import printable
from app.web.text import clean


@pages.get("/where")
@staff_only
def where():
    """在哪里: ?q= a case, one of its papers, a slip, a document."""
    words = clean(request.args.get("q", ""))[:200]
    sheets, reason = [], None
    if words:
        try:
            sheets = look(current_user, words)
        except NotThere as refusal:
            reason = str(refusal)
    return page("custody/where.html", status=404 if reason else 200, words=words, sheets=sheets, reason=reason,
                office=office, steps=STEPS)  # fmt: skip


@pages.get("/cases/<case_no>/labels.pdf")
@staff_only
def label_sheet(case_no: str):
    """Bar codes to stick on the folder and on each paper."""
    return printable(labels.printed(case_for(current_user, case_no)), f"labels-{case_no}.pdf")


@pages.get("/papers/<name>")
@staff_only
def watched(name: str):
    """One of the lists that want a look."""
    if name not in watch.LISTS:
        raise NotThere(_("没有这个清单。"))
    after = max(request.args.get("after", 0, int), 0)
    rows = watch.papers(current_user, name, after)
    more = rows[MOST - 1].id if len(rows) > MOST else None
    return page("custody/watched.html", name=name, lists=watch.LISTS, counts=watch.counts(current_user),
                rows=rows[:MOST], more=more, after=after, office=office, state_words=STATE_WORDS)  # fmt: skip


@pages.get("/balance")
@needs("supervise", "read_audit", "archive")
def balance_sheet():
    """收 = 在手 + 在途 + 退还 + 归档 + 遗失, by office, centre or case; with every contradiction by name."""
    kind = request.args.get("by", "office")
    kind = kind if kind in balance.KINDS else "office"
    after = clean(request.args.get("after", ""))[:40]
    rows = balance.page_of(current_user, kind, after)
    return page("custody/balance.html", kind=kind, kinds=balance.KINDS, rows=rows[:MOST], after=after,
                more=rows[MOST - 1].key if len(rows) > MOST else None, total=balance.total(current_user),
                broken=balance.unbalanced_for(current_user), office=office)  # fmt: skip
