"""Handing a document to the screen or the printer, and telling anybody whether one is true."""


from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_by_id, case_for
from app.cases.numbering import normalise_code
from app.documents import actions, checklog, paper
from app.documents.checking import MOST_BYTES, check_file, check_number
from app.documents.forms import VerifyForm
from app.documents.kinds import BIG, KINDS, NORMAL, VARIANTS
from app.documents.models import Document
from app.documents.verify import check
from app.extensions import limiter
from app.people.find import office
from app.people.guard import open_to_all, staff_only
from app.refusals import NotThere
from app.web.fragments import go_to, page
from app.web.headers import printable

pages = Blueprint("documents", __name__)

# Each worker counts alone, so each gives its share of ten wrong tries a minute.
wrong_tries = limiter.shared_limit(
    lambda: f"{max(1, 10 // current_app.config['WEB_WORKERS'])} per minute", scope="verify",
    deduct_when=lambda answer: answer.status_code == 404,
)  # fmt: skip
files = limiter.shared_limit(lambda: f"{max(1, 20 // current_app.config['WEB_WORKERS'])} per minute", scope="verify files",
                             methods=["POST"])  # fmt: skip


@pages.get("/documents/<number>.pdf")
@staff_only
def pdf(number: str):
    """The kept bytes; `?big=1` in large print, `?variant=slip80` the thermal slip."""
    document = my_document(number)
    variant = BIG if request.args.get("big") == "1" else request.args.get("variant", NORMAL)
    if variant not in VARIANTS:
        raise NotThere(_("没有这种版式。"))
    name = document.number if variant == NORMAL else f"{document.number} {VARIANTS[variant]}"
    return printable(actions.read(document, current_user, variant), f"{name}.pdf")


@pages.post("/documents/<number>/print")
@staff_only
def print_copy(number: str):
    """Count this printing; a certificate of an office that has numbered paper is put on a sheet of it first."""
    document = my_document(number)
    if KINDS[document.kind].numbered_paper and paper.next_blank(current_user.office_id):
        return go_to(url_for("documents.on_paper", number=number))
    actions.print_copy(document, current_user)
    return go_to(url_for("documents.pdf", number=number))


@pages.get("/verify")
@pages.post("/verify")
@files
@wrong_tries
@open_to_all
def verify():
    """A code leads to its own address; a number and a file are answered here, and nothing of them is kept."""
    form = VerifyForm()
    if not form.validate_on_submit():
        return page("verify/ask.html", "content", form=form)
    if form.file.data:
        return _told(check_file(form.file.data.read(MOST_BYTES)), "file")
    typed = form.code.data.strip()
    if "号" in typed and not normalise_code(typed):
        return _told(check_number(typed), "number")
    return go_to(url_for("documents.verified", code="".join(ch for ch in typed if ch.isalnum())[:20] or "0"))


@pages.get("/verify/<code>")
@wrong_tries
@open_to_all
def verified(code: str):
    return _told(check(code), "code")


def _told(found, how: str):
    checklog.note(found.number, found.state, how, current_user)
    return page("verify/show.html", "content", status=404 if found.state == "unknown" else 200, found=found)


def my_document(number: str) -> Document:
    """The document, if its case may be seen; a slip's sheet belongs to the two offices it names."""
    document = actions.document_by_number(number)
    if not (_of_my_case(document) if document.case_id else _of_my_slip(document)):
        raise NotThere("没有这份文书，或者不在您的查看范围内。")  # the very words for a number that never was
    return document


def _of_my_case(document: Document) -> bool:
    try:
        return bool(case_for(current_user, case_by_id(document.case_id).case_no))
    except NotThere:
        return False


def _of_my_slip(document: Document) -> bool:
    """Of the offices it names; a courier carries those of the own street, the city's courier all."""
    carries = current_user.may("handover") and current_user.street_id in (None, office(document.office_id).street_id)
    named = current_user.office_id == document.office_id or document.facts.get("to_office_id") == current_user.office_id
    return carries or named
