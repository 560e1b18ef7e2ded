"""抄录卡: one key copies each field in the order of the department's own screen; the order is set for each item."""

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.find import case_for
from app.cases.lifecycle import offer
from app.cases.standing import Standing
from app.catalog.copy_order import order_of, set_copy_order
from app.catalog.find import current_spec, item
from app.people.guard import needs, staff_only
from app.queues import copy_card as card
from app.queues.actions import open_personal_data
from app.queues.forms import CopyOrderForm
from app.queues.views import pages
from app.web.forms import ConfirmForm, taking
from app.web.fragments import go_to, page
from app.web.steps import step_page

REASON = "抄录到承办单位的业务系统"


@pages.get("/desk/cases/<case_no>/copy-card")
@pages.post("/desk/cases/<case_no>/copy-card")
@staff_only
def copy_card(case_no: str):
    """Whole personal data, like any opening of it: in the answer to a POST alone, and written down."""
    found, form = case_for(current_user, case_no), ConfirmForm()
    if form.validate_on_submit():
        with taking(form):
            open_personal_data(found, current_user, REASON)
            cells = card.cells(found, Standing(found, current_user).spec, order_of(found.item_code))
            return page("case/copy_card.html", case=found, cells=cells, edits=current_user.may(*EDITS))
    return step_page(found, offer(found, "open_personal_data", current_user), form, "case/open_copy_card.html")


EDITS = ("receive", "examine", "catalogue")


@pages.get("/desk/items/<item_code>/copy-order")
@pages.post("/desk/items/<item_code>/copy-order")
@needs(*EDITS)
def copy_order(item_code: str):
    """A number before each field, as the department's screen asks; none leaves it out."""
    listed, form = item(item_code), CopyOrderForm()
    words = card.headings(current_spec(item_code))
    kept = order_of(item_code) or list(words)
    places = {key: str(kept.index(key) + 1) if key in kept else "" for key in words}
    if form.validate_on_submit():
        places = {key: request.form.get(f"at-{key}", "").strip()[:3] for key in words}
        with taking(form):
            set_copy_order(current_user, item_code, _sorted(places))
            flash(_("已保存，下次抄录按这个顺序。"))
            return go_to(url_for("queues.copy_order", item_code=item_code))
    rows = sorted(words, key=lambda key: _place(places[key]))
    return page("case/copy_order.html", "content", form=form, item=listed, rows=rows, words=words, numbers=places)


def _place(typed: str) -> float:
    return float(typed) if typed.isascii() and typed.isdigit() else float("inf")


def _sorted(places: dict[str, str]) -> list[str]:
    return sorted((key for key, typed in places.items() if _place(typed) < float("inf")), key=lambda key: _place(places[key]))
