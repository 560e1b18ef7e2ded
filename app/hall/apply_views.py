"""自助申请: told to the machine by the door at any hour; a window takes it up, looks at the papers and receives it."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.catalog.find import current_spec, item, items, search
from app.extensions import limiter
from app.hall.views import doors, pages
from app.people.find import places
from app.people.guard import open_to_all
from app.receive import drafts
from app.web.choices import Select
from app.web.fields import IdNumber, Phone, Text
from app.web.forms import build_item_form, item_fields, taking
from app.web.fragments import go_to, page
from app.web.moulds import DeskForm
from app.web.text import clean
from app.web.words import at_kiosk, still_big

ASKED_LATER = ("image", "people")  # a machine has no scanner, and nobody types a family into it


class ApplyForm(DeskForm):
    """Who it is; the item's own questions are added, none of them a must: the window fills in what is missing."""

    centre_id = Select(_l("中心"), required=True)
    applicant_name = Text(_l("姓名"), required=True, longest=60)
    id_number = IdNumber(_l("公民身份号码"), required=True)
    phone = Phone(_l("手机号"), required=True)


@pages.get("/kiosk/apply")
@open_to_all
def applications():
    """What may be applied for: every item a person can ask for."""
    words = clean(request.args.get("q", ""))[:100]
    return page("hall/applications.html", words=words, found=[one for one in (search(words) if words else items()) if one.applicant != drafts.NOT_HERE])


@pages.get("/kiosk/apply/<item_code>")
@pages.post("/kiosk/apply/<item_code>")
@open_to_all
@limiter.limit("6 per minute", methods=["POST"])
def apply_for(item_code: str):
    listed, spec = item(item_code), current_spec(item_code)
    asked = [one.model_copy(update={"required": False}) for one in spec.fields if one.type not in ASKED_LATER]
    form = build_item_form(asked, places(), ApplyForm)(centre_id=at_kiosk())
    form.centre_id.choices = [("", _("请选择")), *doors().items()]
    if form.validate_on_submit():
        with taking(form):
            number = drafts.leave(form.centre_id.data, listed.code, _typed(form))
            return go_to(still_big(url_for("hall.left", item_code=listed.code, left_no=number)))
    here = at_kiosk() if at_kiosk() in doors() else ""
    return page("hall/apply.html", form=form, listed=listed, here=here, questions=item_fields(form))


def _typed(form) -> dict[str, list[str]]:
    """As the intake form keeps it: each name with what was typed."""
    names = {"applicant_name", "id_number", "phone", *(field.name for field in item_fields(form))}
    return {name: values for name, values in request.form.to_dict(flat=False).items() if name.rpartition("-")[0] in names or name in names}


@pages.get("/kiosk/apply/<item_code>/left/<int:left_no>")
@open_to_all
def left(item_code: str, left_no: int):
    """The slip: a number and what to bring, nothing of the person who stood here."""
    return page("hall/left.html", listed=item(item_code), spec=current_spec(item_code), number=drafts.left_word(left_no))
