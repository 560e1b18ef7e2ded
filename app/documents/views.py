"""Handing a document to the screen or the printer, and telling anybody whether one is true."""

from urllib.parse import quote

from flask import Blueprint, Response, url_for
from flask_login import current_user

from app.cases.find import case_by_id, case_for
from app.documents import actions
from app.documents.forms import VerifyForm
from app.documents.models import Document
from app.documents.verify import check
from app.extensions import limiter
from app.people.guard import open_to_all, staff_only
from app.refusals import NotThere
from app.web.fragments import go_to, page

pages = Blueprint("documents", __name__)

wrong_tries = limiter.limit("10 per minute", deduct_when=lambda response: response.status_code == 404)


@pages.get("/documents/<number>.pdf")
@staff_only
def pdf(number: str):
    document = _mine(number)
    name = quote(f"{document.number}.pdf")
    body = actions.read(document, current_user)
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
    return Response(body, mimetype="application/pdf", headers=headers)


@pages.post("/documents/<number>/print")
@staff_only
def print_copy(number: str):
    document = _mine(number)
    actions.print_copy(document, current_user)
    return go_to(url_for("documents.pdf", number=number))


@pages.get("/verify")
@pages.post("/verify")
@open_to_all
def verify():
    form = VerifyForm()
    if form.validate_on_submit():
        typed = "".join(ch for ch in form.code.data if ch.isalnum())[:20]
        return go_to(url_for("documents.verified", code=typed or "0"))
    return page("verify/ask.html", "content", form=form)


@pages.get("/verify/<code>")
@wrong_tries
@open_to_all
def verified(code: str):
    found = check(code)
    return page("verify/show.html", status=404 if found.state == "unknown" else 200, found=found)


def _mine(number: str) -> Document:
    """The document, if its case may be seen; a slip's sheet belongs to the two offices it names."""
    document = actions.document_by_number(number)
    if document.case_id:
        case_for(current_user, case_by_id(document.case_id).case_no)
    elif current_user.office_id != document.office_id and not _names_me(document):
        raise NotThere("没有这份文书，或者不在您的查看范围内。")
    return document


def _names_me(document: Document) -> bool:
    return current_user.may("handover") or document.facts.get("to_name") == current_user.office_name
