"""Signing in, signing out, one's own password and language."""

from flask import Blueprint, current_app, request, url_for
from flask_login import current_user

from app.people import actions, sessions
from app.people.forms import LocaleForm, LoginForm, LogoutForm, PasswordForm
from app.people.guard import open_to_all, staff_only
from app.people.places import home_of, own_path
from app.refusals import Incomplete
from app.web.fragments import go_to, page

pages = Blueprint("people", __name__)


@pages.before_app_request
def ask_for_own_password():
    """Whoever still has the password that somebody else chose goes nowhere before choosing one."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "guard", "anyone") == "anyone" or view in (password, logout, set_locale):
        return None
    return go_to(url_for("people.password")) if sessions.must_change_password() else None


@pages.get("/login")
@pages.post("/login")
@open_to_all
def login():
    if request.method == "GET" and current_user.is_authenticated:
        return go_to(own_path(request.args.get("next")) or home_of(current_user.roles))
    form = LoginForm(next=own_path(request.args.get("next")) or "")
    if form.validate_on_submit():
        try:
            token, roles = actions.sign_in(form.login.data, form.password.data, request.remote_addr or "")
        except (Incomplete, actions.TooSoon) as refusal:
            form.password.errors = [str(refusal)]
        else:
            sessions.keep_in_browser(token)
            return go_to(own_path(form.next.data) or home_of(roles))
    return page("people/login.html", "form", form=form)


@pages.post("/logout")
@staff_only
def logout():
    if LogoutForm().validate_on_submit():
        actions.sign_out(current_user)
        sessions.forget_in_browser()
    return go_to(url_for("people.login"))


@pages.post("/locale")
@staff_only
def set_locale():
    """中文 or English, and back to the page it was asked from."""
    form = LocaleForm()
    if form.validate_on_submit():
        actions.set_locale(current_user, form.locale.data)
    return go_to(own_path((form.next.data or "").rstrip("?")) or home_of(current_user.roles))


@pages.get("/password")
@pages.post("/password")
@staff_only
def password():
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            token = actions.change_password(current_user, form.old_password.data, form.password.data)
        except (Incomplete, actions.TooSoon) as refusal:
            form.password.errors = [str(refusal)]
        else:
            sessions.keep_in_browser(token)
            return go_to(home_of(current_user.roles))
    return page("people/password.html", "form", form=form, forced=sessions.must_change_password())
