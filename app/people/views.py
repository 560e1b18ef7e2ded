"""Signing in, signing out, one's own password and language."""

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.people import actions, second_factor, sessions, totp
from app.people.forms import CodeForm, LocaleForm, LoginForm, LogoutForm, LookForm, PasswordForm
from app.people.guard import open_to_all, staff_only
from app.people.places import home_of, own_path
from app.refusals import Incomplete
from app.web.fragments import go_to, page
from app.web.pictures import qr_picture

pages = Blueprint("people", __name__)


@pages.before_app_request
def ask_for_own_password():
    """Whoever still has the password that somebody else chose goes nowhere before choosing one."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "guard", "anyone") == "anyone" or view in (password, logout, sign_out_everywhere, set_locale):
        return None
    if sessions.must_change_password():
        return go_to(url_for("people.password"))
    return go_to(url_for("people.enrol")) if view is not enrol and second_factor.must_enrol(current_user) else None


@pages.get("/login")
@pages.post("/login")
@open_to_all
def login():
    if request.method == "GET" and current_user.is_authenticated:
        return go_to(own_path(request.args.get("next")) or home_of(current_user.roles))
    form = LoginForm(next=own_path(request.args.get("next")) or "")
    if form.validate_on_submit():
        try:
            token, roles, user_id = actions.sign_in(form.login.data, form.password.data, request.remote_addr or "")
        except (Incomplete, actions.TooSoon) as refusal:
            form.password.errors = [str(refusal)]
        else:
            if token is None:
                sessions.keep_first_step(user_id)
                return go_to(url_for("people.code", next=own_path(form.next.data)))
            sessions.keep_in_browser(token)
            return go_to(own_path(form.next.data) or home_of(roles))
    return page("people/login.html", "form", form=form)


@pages.get("/login/code")
@pages.post("/login/code")
@open_to_all
def code():
    """The second step at the door, within five minutes of the first."""
    user_id = sessions.first_step()
    if user_id is None:
        return go_to(url_for("people.login"))
    form, wanted = CodeForm(), own_path(request.args.get("next"))
    if form.validate_on_submit():
        try:
            token, roles = second_factor.prove(user_id, form.code.data)
        except (Incomplete, actions.TooSoon) as refusal:
            form.code.errors = [str(refusal)]
        else:
            sessions.keep_in_browser(token)
            return go_to(wanted or home_of(roles))
    return page("people/code.html", "form", form=form, next=wanted)


@pages.get("/password/second-factor")
@pages.post("/password/second-factor")
@staff_only
def enrol():
    """A phone that shows codes; then the recovery codes, once."""
    form, secret = CodeForm(), sessions.offered_secret()
    if form.validate_on_submit():
        try:
            codes, token = second_factor.enrol(current_user, secret, form.code.data)
        except (Incomplete, actions.TooSoon) as refusal:
            form.code.errors = [str(refusal)]
        else:
            sessions.keep_in_browser(token)
            return page("people/recovery_codes.html", codes=codes, home=home_of(current_user.roles))
    address = totp.address(secret, current_user.login, _("一窗"))
    return page("people/enrol.html", form=form, secret=secret, picture=qr_picture(address),
                enrolled=second_factor.is_enrolled(current_user.id), forced=second_factor.must_enrol(current_user))  # fmt: skip


@pages.post("/logout/everywhere")
@staff_only
def sign_out_everywhere():
    """Every browser of this person: after a lost phone, or a counter left open."""
    if LogoutForm().validate_on_submit():
        second_factor.sign_out_everywhere(current_user)
        sessions.forget_in_browser()
    return go_to(url_for("people.login"))


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


@pages.get("/look")
@pages.post("/look")
@staff_only
def look():
    """Dark or light, size of type, contrast: for this person, at whichever desk they sign in."""
    form = LookForm.of(current_user.look)
    if form.validate_on_submit():
        actions.set_look(current_user, form.look)
        return go_to(url_for("people.look"))
    return page("people/look.html", "content", form=form)


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
