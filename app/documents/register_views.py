"""What an issuing office keeps: the register of its numbers, and the numbered paper in its drawer."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.documents import life, paper, register
from app.documents.forms import OnPaperForm, PackForm, PrintForm, SpoilForm, VoidSheetForm
from app.documents.issuing import STATE_WORDS
from app.documents.kinds import KINDS, VARIANTS
from app.documents.models import DocumentBytes, DocumentCopy
from app.documents.views import my_document, pages
from app.extensions import db
from app.people.find import office
from app.people.guard import needs, staff_only
from app.refusals import NotThere
from app.web.forms import answers, taking
from app.web.fragments import go_to, page

KEEPS = ("issue", "decide", "supervise", "archive", "read_audit")


@pages.get("/documents/register")
@needs(*KEEPS)
def numbers():
    """The series of my offices; one of them with its numbers."""
    seen = register.offices_seen(current_user)
    series = register.series_of(seen)
    chosen = request.args.get("series", "")
    rows, more = [], ""
    if chosen in {one.name for one in series}:
        rows = register.numbers_of(chosen, seen, request.args.get("below", type=int))
        if len(rows) == register.PAGE:
            more = url_for("documents.numbers", series=chosen, below=rows[-1].serial)
    return page("register/numbers.html", "content", series=series, chosen=chosen, rows=rows, more=more,
                states=STATE_WORDS, titles={kind: row.title for kind, row in KINDS.items()})  # fmt: skip


@pages.get("/documents/<number>")
@staff_only
def show(number: str):
    """One document: what it is, where it stands, every printing of it."""
    document = my_document(number)
    copies = db.select(DocumentCopy).filter_by(document_id=document.id).order_by(DocumentCopy.nth.desc()).limit(50)
    kept = db.select(DocumentBytes.signed_by, DocumentBytes.level).filter_by(document_id=document.id, variant="normal")
    return page(
        "register/show.html", "content", document=document, row=KINDS[document.kind], variants=VARIANTS,
        states=STATE_WORDS, copies=db.session.scalars(copies).all(), kept=db.session.execute(kept).first(),
        sheets=paper.sheets_of(document.id), office=office(document.office_id).name, form=PrintForm(),
    )  # fmt: skip


@pages.get("/documents/<number>/void")
@pages.post("/documents/<number>/void")
@needs("issue", "handover")
def void_sheet(number: str):
    """For what belongs to no case; a document of a case is voided as a step of it."""
    document = my_document(number)
    if document.office_id != current_user.office_id:
        raise NotThere(_("只能作废本单位编号的文书。"))
    form = VoidSheetForm()
    if form.validate_on_submit():
        with taking(form):
            life.void_sheet(document, current_user, form.reason.data)
            return go_to(url_for("documents.show", number=number))
    return page("register/void.html", "content", document=document, form=form)


@pages.get("/documents/<number>/on-paper")
@pages.post("/documents/<number>/on-paper")
@needs("issue", "accept_delegated", "print")
def on_paper(number: str):
    """打印到证照纸: which sheet it lies on."""
    document = my_document(number)
    form = OnPaperForm(serial=paper.next_blank(current_user.office_id) or "")
    if form.validate_on_submit():
        with taking(form):
            paper.print_on(document, current_user, form.serial.data, form.spoiled.data or "")
            return go_to(url_for("documents.pdf", number=number))
    sheets = paper.sheets_of(document.id)
    if not any(sheet.state == "used" for sheet in sheets):
        del form.spoiled
    return page("register/on_paper.html", "content", document=document, sheets=sheets, form=form)


@pages.get("/documents/paper")
@pages.post("/documents/paper")
@needs("issue")
def packs():
    """登记领用: a pack of numbered paper."""
    form = PackForm()
    if form.validate_on_submit():
        with taking(form):
            paper.take_in_pack(current_user, **answers(form))
            return go_to(url_for("documents.packs"))
    return _paper(form, SpoilForm())


@pages.post("/documents/paper/spoil")
@needs("issue")
def spoil():
    form = SpoilForm()
    if form.validate_on_submit():
        with taking(form):
            paper.spoil(current_user, **answers(form))
            return go_to(url_for("documents.packs"))
    return _paper(PackForm(formdata=None), form, wrong=form)


def _paper(form, spoiling, wrong=None):
    seen = register.offices_seen(current_user) | {current_user.office_id}
    return page("register/paper.html", "content", form=wrong or form, packing=form, spoiling=spoiling,
                packs=paper.packs(seen), spoiled=paper.spoiled_sheets(seen), name_of=lambda one: office(one).name)  # fmt: skip
