"""The supervisor's screen: numbers that open lists, and from each line the case."""

from flask import Blueprint
from flask_babel import gettext as _
from flask_login import current_user

from app.oversight.watch import MOST, WATCHES, counts, lines
from app.people.find import office
from app.people.guard import needs
from app.refusals import NotThere
from app.web.fragments import page

pages = Blueprint("oversight", __name__, url_prefix="/oversight")


@pages.get("")
@needs("supervise")
def home():
    """Everything that wants a look, in the own street or city."""
    return page("oversight/home.html", watches=WATCHES, counts=counts(current_user), scope=_scope())


@pages.get("/<name>")
@needs("supervise")
def watch(name: str):
    if name not in WATCHES:
        raise NotThere(_("没有这个清单。"))
    return page("oversight/list.html", name=name, watch=WATCHES[name], watches=WATCHES, office=office, most=MOST,
                counts=counts(current_user), rows=lines(current_user, name), scope=_scope())  # fmt: skip


def _scope() -> str:
    if current_user.office_kind == "agency":
        return _("全市")
    return office(current_user.office_id).name
