"""What administrators and auditors look after: people, items, calendar, offices; and what nobody may change."""

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.admin import events, lists
from app.admin.forms import ResetForm, UserForm
from app.cases import proof, seals
from app.moments import now
from app.people import actions
from app.people.find import directory, get_user, offices, role
from app.people.guard import needs
from app.people.upkeep import backup_warning
from app.web.forms import ConfirmForm, taking
from app.web.fragments import go_to, page

PATIENCE = 5.0  # seconds that a page recomputes the journal; the command line does all of it
pages = Blueprint("admin", __name__, url_prefix="/admin")


@pages.get("")
@needs("users", "read_audit")
def home():
    return page("admin/home.html", warning=backup_warning(), upkeep=lists.upkeep())


@pages.get("/users")
@needs("users")
def users():
    words, after = request.args.get("q", "").strip()[:60], request.args.get("after", 0, int)
    rows = lists.users(words, after)
    more = rows[lists.MOST - 1].id if len(rows) > lists.MOST else None
    return page("admin/users.html", rows=rows[: lists.MOST], more=more, words=words, after=after,
                offices=directory().offices, roles=directory().roles)  # fmt: skip


@pages.get("/users/new")
@pages.post("/users/new")
@needs("users")
def add_user():
    form = UserForm()
    form.office_id.choices = [("", _("请选择")), *((place.id, place.name) for place in offices())]
    form.roles.choices = [(one.id, one.name) for one in directory().roles.values()]
    if form.validate_on_submit():
        with taking(form):
            actions.add_user(form.login.data, form.name.data, form.roles.data, form.office_id.data,
                             form.password.data, by=current_user)  # fmt: skip
            flash(_("已添加 %(login)s。", login=form.login.data))
            return go_to(url_for("admin.users", q=form.login.data))
    return page("admin/add_user.html", "content", form=form)


@pages.get("/users/<int:user_id>")
@needs("users")
def user(user_id: int):
    return _show(user_id, ResetForm())


@pages.get("/users/<int:user_id>/password")
@pages.post("/users/<int:user_id>/password")
@needs("users")
def set_password(user_id: int):
    form = ResetForm()
    if form.validate_on_submit():
        with taking(form):
            actions.set_password(get_user(user_id).login, form.password.data, by=current_user)
            flash(_("密码已重设，此人的全部会话已结束。"))
            return go_to(url_for("admin.user", user_id=user_id))
    return _show(user_id, form)


@pages.get("/users/<int:user_id>/disable")
@pages.post("/users/<int:user_id>/disable")
@needs("users")
def disable_user(user_id: int):
    if ConfirmForm().validate_on_submit():
        actions.disable_user(get_user(user_id).login, by=current_user)
        flash(_("已停用，此人的全部会话已结束。"))
    return go_to(url_for("admin.user", user_id=user_id))


@pages.get("/items")
@needs("catalogue", "read_audit")
def catalogue():
    """Items and their versions. They are changed by loading the city's files."""
    return page("admin/items.html", rows=lists.item_versions())


@pages.get("/offices")
@needs("users", "read_audit")
def organisation():
    return page("admin/offices.html", offices=list(directory().offices.values()), streets=directory().streets)


@pages.get("/audit")
@needs("read_audit")
def audit():
    """Desk events, newest first; `?verify=1` recomputes the journal, as much of it as a page may take, and its daily seals."""
    before = request.args.get("before", 0, int)
    rows = lists.events(before)
    checked = proof.within(PATIENCE) if request.args.get("verify") == "1" else None
    if checked:
        checked.problems += seals.broken() if checked.whole else ()
    return page("admin/audit.html", rows=events.told(rows[: lists.MOST]), before=before, checked=checked, at=now(),
                more=rows[lists.MOST - 1].id if len(rows) > lists.MOST else None)  # fmt: skip


def _show(user_id: int, form: ResetForm):
    found = get_user(user_id)
    return page("admin/user.html", "content", form=form, user=found, office=directory().offices[found.office_id],
                roles=[role(one).name for one in found.roles])  # fmt: skip
