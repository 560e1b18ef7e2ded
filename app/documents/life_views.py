"""Steps of a case that concern its documents: print a form, void, suspend, restore, revoke."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.guards import PRINTED_ON_DEMAND
from app.cases.lifecycle import offer
from app.documents import life
from app.documents.forms import LifeForm, PrintedForm, VoidForm
from app.documents.issuing import LIFE
from app.documents.models import Document
from app.documents.views import pages
from app.extensions import db
from app.people.guard import staff_only
from app.web.forms import answers, taking
from app.web.fragments import go_to
from app.web.steps import step_page


@pages.get("/desk/cases/<case_no>/print-form")
@pages.post("/desk/cases/<case_no>/print-form")
@staff_only
def print_form(case_no: str):
    case, form = case_for(current_user, case_no), PrintedForm()
    form.kind.choices = list(PRINTED_ON_DEMAND.items())
    if form.validate_on_submit():
        with taking(form):
            made = life.print_form(case, current_user, form.kind.data)
            return go_to(url_for("documents.show", number=made.number))
    return step_page(case, offer(case, "print_form", current_user), form)


@pages.get("/desk/cases/<case_no>/void-document")
@pages.post("/desk/cases/<case_no>/void-document")
@staff_only
def void_document(case_no: str):
    """作废: printed wrong, issued by mistake. The number stays in the register."""
    about = _("号码保留在登记册里并写明原因。已经送达的不能作废，请更正补发或撤销。")
    return _life(case_no, "void", VoidForm, about)


@pages.get("/desk/cases/<case_no>/suspend-document")
@pages.post("/desk/cases/<case_no>/suspend-document")
@staff_only
def suspend_document(case_no: str):
    return _life(case_no, "suspend", LifeForm, _("核验时会显示“暂停使用”，查清以后恢复或者撤销。"))


@pages.get("/desk/cases/<case_no>/restore-document")
@pages.post("/desk/cases/<case_no>/restore-document")
@staff_only
def restore_document(case_no: str):
    return _life(case_no, "restore", LifeForm, _("核验时重新显示“有效”。"))


@pages.get("/desk/cases/<case_no>/revoke-document")
@pages.post("/desk/cases/<case_no>/revoke-document")
@staff_only
def revoke_document(case_no: str):
    return _life(case_no, "revoke", LifeForm, _("撤销后不能恢复；核验时显示“已被撤销”。请写明理由和依据，并依法告知当事人。"))


def _life(case_no: str, action: str, shape: type, about: str):
    case = case_for(current_user, case_no)
    form = shape(number=request.args.get("number", ""))
    form.number.choices = _which(case, action)
    if form.validate_on_submit():
        with taking(form):
            done = getattr(life, f"{action}_document")(case, current_user, **answers(form))
            return go_to(url_for("documents.show", number=done.number))
    return step_page(case, offer(case, f"{action}_document", current_user), form, about=about)


def _which(case, action: str) -> list[tuple[str, str]]:
    rows = db.select(Document).where(Document.case_id == case.id, Document.state.in_(LIFE[action][0]))
    return [(one.number, f"{one.facts['title']}　{one.number}") for one in db.session.scalars(rows.order_by(Document.is_result.desc(), Document.id))]
