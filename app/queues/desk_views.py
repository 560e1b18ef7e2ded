"""The counter: what waits here today, and one box that finds anything."""

import re

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_by_code, case_by_id, case_for, find_cases
from app.cases.models import Case
from app.cases.numbering import checks, normalise_code
from app.cases.steps import STATE_WORDS
from app.catalog.find import item, search
from app.documents import hand
from app.documents.models import Document
from app.extensions import db
from app.moments import today
from app.people.guard import staff_only
from app.queues import desk_lists
from app.queues.asked_here import asked_of
from app.queues.my_day import my_day as count_my_day
from app.queues.views import pages
from app.refusals import NotThere
from app.sealing import lookup
from app.web.fragments import go_to, page
from app.web.text import clean, narrow

CASE_NO = re.compile(r"\d{20}[0-9A-Z]")
SHEET_NO = re.compile(r"\d{20}[0-9A-Z]-\d{1,2}")  # one paper of a case
SLIP_NO = re.compile(r"J\d{10}[0-9A-Z]")
DOCUMENT_NO = re.compile(r".+[〔\[（(]\d{4}[〕\]）)]\d+号?")


@pages.get("/desk")
@staff_only
def desk():
    """今日."""
    drafts = [(row, _item_name(row.item_code), (row.data.get("applicant_name") or [""])[0])
              for row in desk_lists.drafts_of(current_user)]  # fmt: skip
    left = [(row, _item_name(row.item_code), (row.data.get("applicant_name") or [""])[0], (row.data.get("left_no") or [""])[0])
            for row in (desk_lists.left_at_the_door(current_user) if current_user.may("receive") else ())]  # fmt: skip
    waiting = desk_lists.waiting_here(current_user, request.args.get("after", "")[:30])
    return page(
        "queues/desk.html", "waiting", asked_here=asked_of(current_user), drafts=drafts, left=left, waiting=waiting.groups, after=waiting.after, today=today(),
        waits=desk_lists.WAITS, slips=desk_lists.slips_here(current_user), office_name=desk_lists.office_name,
    )  # fmt: skip


@pages.get("/desk/my-day")
@staff_only
def my_day():
    """One's own figures, for oneself."""
    return page("queues/my_day.html", day=count_my_day(current_user), today=today())


@pages.get("/desk/find")
@staff_only
def find():
    """A number leads straight to what it names; words to a list."""
    words = clean(request.args.get("q", ""))[:200]
    if address := _straight_to(words):
        return go_to(address)
    cases = find_cases(words, current_user) if words else []
    if len(cases) == 1 and words.isascii():
        return go_to(url_for("queues.case", case_no=cases[0].case_no))
    may_receive = current_user.may("receive", "report_event")
    listed = search(words)[:12] if words and may_receive and not words.isdigit() else []
    return page("queues/find.html", words=words, cases=cases, items=listed, state_words=STATE_WORDS)


def _straight_to(words: str) -> str | None:
    """The address of what bears exactly this number, if this person may see it."""
    number = narrow(words).upper()
    if SLIP_NO.fullmatch(number) and checks(number):
        return url_for("custody.slip", slip_no=number)
    if SHEET_NO.fullmatch(number):
        return url_for("custody.where", q=number)
    if CASE_NO.fullmatch(number):
        return _case_page(number)
    if own := case_by_code(number):  # the resident's code, from the square on a receipt
        return _case_page(own.case_no)
    if slip := hand.find(number):  # printed for a day without power; its code is the case's once it is keyed in
        return _case_page(case_by_id(slip.case_id).case_no) if slip.case_id else url_for("documents.hand_receipt", hand_no=slip.number)
    document = _document(words, number)
    return _case_page(case_by_id(document.case_id).case_no) if document and document.case_id else None


def _document(words: str, number: str) -> Document | None:
    if code := normalise_code(number):
        return db.session.scalar(db.select(Document).filter_by(verify_hash=lookup("verify", code)))
    if DOCUMENT_NO.fullmatch(words):
        plain = re.sub(r"[\[（(](\d{4})[\]）)]", r"〔\1〕", "".join(words.split()))
        return db.session.scalar(db.select(Document).filter_by(number=plain if plain.endswith("号") else plain + "号"))
    return None


def _case_page(case_no: str) -> str | None:
    try:
        found: Case = case_for(current_user, case_no)
    except NotThere:
        return None
    return url_for("queues.case", case_no=found.case_no)


def _item_name(code: str | None) -> str:
    try:
        return item(code or "").name
    except NotThere:
        return code or _("（未选事项）")
