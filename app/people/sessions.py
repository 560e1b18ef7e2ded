"""Who is signed in with which browser. Sessions live on the server: they can be ended there, at once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import Flask, current_app, request, session, url_for
from flask_login import current_user

from app.extensions import db, login_manager, one_transaction, read_rows
from app.moments import now, steady
from app.people import totp
from app.people.actor import Actor, Nobody
from app.people.cookies import TimelessCookies
from app.people.find import directory
from app.people.models import LoginSession, User
from app.people.places import own_path
from app.people.settings import note_versions, with_versions
from app.refusals import Busy
from app.web.fragments import asked_for_part, go_to

KEY = "sid"  # where the cookie keeps the token
HALF, HALF_LASTS = "half", 300  # the password was right; seconds
OFFERED = "offered"
WRITE_SEEN = timedelta(minutes=5)  # how often a busy browser is noted, so that reading pages writes nothing

_row, _user = LoginSession.__table__, User.__table__
# Asked with every page: put together once, rows without objects, and the versions with it.
WHO = (
    db.select(
        _row.c.created_at, _row.c.seen_at,
        _user.c.id, _user.c.login, _user.c.name, _user.c.office_id, _user.c.desk_id, _user.c.roles,
        _user.c.locale, _user.c.look, _user.c.must_change_password,
        *with_versions(),
    )
    .join_from(_row, _user, _row.c.user_id == _user.c.id)
    .where(_row.c.token_hash == db.bindparam("token_hash"), _user.c.disabled_at.is_(None))
)  # fmt: skip


def init_app(app: Flask) -> None:
    app.session_interface = TimelessCookies()
    login_manager.anonymous_user = Nobody
    login_manager.session_protection = None  # the token is the session; addresses change on mobile lines
    login_manager.request_loader(signed_in)
    login_manager.unauthorized_handler(ask_to_sign_in)


def signed_in(_request) -> Actor | None:
    """For Flask-Login: whoever the cookie's token belongs to. A poll of a page left open renews nothing."""
    token = session.get(KEY)
    return actor_of(token, renew=request.args.get("poll") != "1") if isinstance(token, str) else None


def ask_to_sign_in():
    """To the door, and back here afterwards. htmx is told to go there with the whole page."""
    if request.method == "GET" and not asked_for_part():
        came_from = own_path(request.full_path.rstrip("?"))
    else:
        came_from = own_path(request.headers.get("HX-Current-URL") or request.referrer, request.host)
    return go_to(url_for("people.login", next=came_from))


def open_session(user_id: int) -> str:
    """Sign a user in: a new row, and the token whose hash it keeps. The caller puts it into the cookie."""
    token = secrets.token_urlsafe(32)
    with one_transaction():
        oldest = min(now(), steady()) - timedelta(hours=current_app.config["SESSION_HOURS"])
        db.session.execute(db.delete(LoginSession).where(LoginSession.created_at < oldest))
        db.session.add(LoginSession(token_hash=_hash(token), user_id=user_id, created_at=now(), seen_at=now()))
    return token


def keep_in_browser(token: str) -> None:
    """Whatever the browser carried before signing in is dropped with it (session fixation)."""
    session.clear()
    session[KEY] = token


def keep_first_step(user_id: int) -> None:
    """The password was right; the code must follow soon. Signed, so that nobody else can say so."""
    session.clear()
    session[HALF] = [user_id, now().timestamp()]


def first_step() -> int | None:
    """Whose password was right in this browser less than five minutes ago."""
    user_id, at = session.get(HALF) or (None, 0)
    return user_id if abs(now().timestamp() - at) < HALF_LASTS else None


def offered_secret() -> str:
    """The secret that the page of enrolment shows, the same until it is taken."""
    return session.setdefault(OFFERED, totp.new_secret())


def forget_in_browser() -> None:
    session.clear()


def actor_of(token: str, renew: bool = True) -> Actor | None:
    """Who is signed in with this token; None when it has ended, idled too long, or the user was disabled."""
    found = read_rows(WHO, {"token_hash": _hash(token)}).first()
    if found is None or _is_over(found):
        return None
    note_versions(found)
    actor = _actor(found, token)
    if renew and now() - found.seen_at > WRITE_SEEN:
        _note_seen(token)
    return actor


def who_just_left() -> Actor | None:
    """Whoever this browser's ended session belonged to, as long as nobody signed out: only to keep what they typed."""
    token = session.get(KEY)
    found = read_rows(WHO, {"token_hash": _hash(token)}).first() if isinstance(token, str) else None
    longest = timedelta(hours=current_app.config["SESSION_HOURS"])
    return _actor(found, token) if found and not _older(found.created_at, longest) else None


def actor_for(user: User) -> Actor:
    """A member of staff as the verbs take them, without a browser: demonstrations, the command line, tests."""
    return _actor(user, "")


def end_session(token: str) -> None:
    """Signed out on the server: the cookie is worth nothing from now on."""
    with one_transaction():
        db.session.execute(db.delete(LoginSession).where(LoginSession.token_hash == _hash(token)))


def end_all_sessions(user_id: int) -> None:
    """Every browser of this user is signed out: password changed, user disabled."""
    with one_transaction():
        db.session.execute(db.delete(LoginSession).where(LoginSession.user_id == user_id))


def must_change_password() -> bool:
    """A first password was given by somebody else; only the demonstration lets it stand."""
    return current_app.config["DESK_MODE"] != "demo" and current_user.must_change_password


def _is_over(found) -> bool:
    idle = timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])
    longest = timedelta(hours=current_app.config["SESSION_HOURS"])
    return _older(found.seen_at, idle) or _older(found.created_at, longest)


def _older(moment: datetime, limit: timedelta) -> bool:
    """Nobody is thrown out because the machine's clock was set: back, and the age is negative; on, and the steady clock
    still says that the limit is not reached (a moment in its future was noted after the clock was set: it knows no better)."""
    return now() - moment > limit and not timedelta() <= steady() - moment <= limit


def _note_seen(token: str) -> None:
    try:
        with one_transaction():
            row = db.update(LoginSession).where(LoginSession.token_hash == _hash(token))
            db.session.execute(row.values(seen_at=now()))
    except Busy:
        pass  # the next page will note it


def _actor(found, token: str) -> Actor:
    place = directory().offices[found.office_id]
    roles = directory().roles
    can = frozenset().union(*(roles[role].can for role in found.roles if role in roles))
    return Actor(
        id=found.id, login=found.login, name=found.name, office_id=place.id, office_name=place.name,
        office_kind=place.kind, street_id=place.street_id, centre_id=place.centre_id, desk_id=found.desk_id,
        roles=tuple(found.roles), can=can, locale=found.locale, look=found.look,
        must_change_password=found.must_change_password, token=token,
    )  # fmt: skip


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
