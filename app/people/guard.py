"""Which pages are for whom. Every view names its guard; a test lists them."""

from functools import wraps

from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.refusals import NotAllowed


def person_here():
    """The signed-in person themselves, for what asks them a hundred questions: Flask-Login's proxy looks them up anew
    with each."""
    return current_user._get_current_object()


def open_to_all(view):
    """Anyone may ask, signed in or not."""
    view.guard = "anyone"
    return view


def staff_only(view):
    """Any signed-in member of staff; the step itself checks the permission and the scope."""
    guarded = login_required(view)
    guarded.guard = "staff"
    return guarded


def needs(*permissions: str):
    """Signed-in staff with at least one of the permissions; others are told so (NotAllowed)."""

    def guard(view):
        @wraps(view)
        def checked(*args, **kwargs):
            if not current_user.may(*permissions):
                raise NotAllowed(_("这一页不属于您的岗位。需要时请联系值班长或系统管理员。"))
            return view(*args, **kwargs)

        guarded = login_required(checked)
        guarded.guard = "needs " + " or ".join(permissions)
        return guarded

    return guard
