"""Verbs about people: signing in, adding, disabling, passwords; each leaves a row among the desk's events."""

import re
import unicodedata
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.extensions import db, is_duplicate, one_transaction
from app.moments import now
from app.people import passwords
from app.people.actor import SYSTEM, Actor
from app.people.find import directory, get_user, office, user_by_login
from app.people.models import DeskEvent, LoginDelay, SecondFactor, User
from app.people.record import moment_of_record
from app.people.sessions import end_all_sessions, end_session, open_session
from app.refusals import Incomplete, NotThere, Refusal
from app.sealing import lookup

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
FREE_TRIES = 4  # the fifth wrong one has to wait
OWN_PASSWORD = "own password"  # stands for the address when somebody already signed in tries
LONGEST_WAIT = timedelta(minutes=15)
MOST_WRONG_AN_HOUR = 1000


class TooSoon(Refusal):
    """Too many wrong passwords for this name from this address: wait, then try again."""

    status = 429


def record(action: str, by: Actor, subject: str = "", result: str = "ok", **facts) -> None:
    """A row among the events outside any case. `facts`: JSON values, never personal data, never a secret."""
    with one_transaction():
        db.session.add(
            DeskEvent(
                at=moment_of_record(),
                actor_id=by.id,
                actor_name=by.name,
                action=action,
                subject=subject,
                result=result,
                facts=facts,
            )  # fmt: skip
        )


def sign_in(login: str, password: str, address: str) -> tuple[str | None, tuple[str, ...], int]:
    """The token of a new session, and the roles and number of whose it is; None when a second factor must follow.

    Raises Incomplete in the same words and after the same time for a wrong password, an unknown name and a
    disabled user; TooSoon from the fifth wrong try of one name from one address (1 minute, doubling to 15).
    """
    login = tidy_login(login)
    count_try(login, address)  # before the hash, so that tries at the same moment are counted too
    user = user_by_login(login) if LOGIN.fullmatch(login) else None
    fits = passwords.matches(password, user.password_hash if user else None)
    if not fits or user.disabled_at is not None:
        known = user.id if user else None
        _note_wrong(f"user:{known}" if known else "", address)
        raise Incomplete(_("登录名或密码不正确。"))
    with one_transaction():
        second = db.session.get(SecondFactor, user.id) is not None
        token = None if second else open_session(user.id)
        forget_tries(login, address)
        record("sign_in", _as_actor(user), result="first step" if second else "ok", address=address)
        return token, tuple(user.roles), user.id


def _note_wrong(subject: str, address: str) -> None:
    """A row for each wrong try, but no flood of them: whoever guesses by the thousand is counted, not written out."""
    recent = db.select(db.func.count()).where(DeskEvent.at > now() - timedelta(hours=1), DeskEvent.action == "sign_in",
                                              DeskEvent.result == "wrong")  # fmt: skip
    if db.session.scalar(recent) < MOST_WRONG_AN_HOUR:
        record("sign_in", SYSTEM, subject=subject, result="wrong", address=address)


def _as_actor(user: User) -> Actor:
    return Actor(id=user.id, login=user.login, name=user.name)


def sign_out(by: Actor) -> None:
    """The session of this browser ends on the server."""
    with one_transaction():
        end_session(by.token)
        record("sign_out", by)


def count_try(login: str, address: str) -> None:
    """One try more, before it is known whether it is right. TooSoon when it has to wait."""
    try:
        _count_one(login, address)
    except IntegrityError as problem:
        if not is_duplicate(problem):
            raise
        _count_one(login, address)  # somebody else made the row in the same moment


def forget_tries(login: str, address: str) -> None:
    db.session.execute(db.delete(LoginDelay).where(_delay_of(login, address)))


def _count_one(login: str, address: str) -> None:
    with one_transaction():
        delay = db.session.scalar(db.select(LoginDelay).where(_delay_of(login, address)).with_for_update())
        if delay is None:
            db.session.execute(db.delete(LoginDelay).where(LoginDelay.until < now() - timedelta(days=1)))
            delay = LoginDelay(login_hash=_name_hash(login), address=address, failures=0, until=now())
            db.session.add(delay)
        wait = delay.until - now()
        if timedelta(0) < wait <= LONGEST_WAIT:  # longer: the clock was put back meanwhile
            minutes = -(-wait.total_seconds() // 60)
            raise TooSoon(_("尝试次数过多，请 %(minutes)d 分钟后再试。", minutes=minutes))
        delay.failures += 1
        delay.until = now() + _wait(delay.failures - FREE_TRIES)


def _delay_of(login: str, address: str):
    return (LoginDelay.login_hash == _name_hash(login)) & (LoginDelay.address == address)


def _name_hash(login: str) -> str:
    return lookup("login", login) or ""


def _wait(beyond: int) -> timedelta:
    """One minute after the first wrong try too many, then twice as long each time."""
    return min(timedelta(minutes=2 ** min(beyond - 1, 10)), LONGEST_WAIT) if beyond > 0 else timedelta(0)


def add_user(
    login: str, name: str, roles: list[str], office_id: str, password: str = "", *, by: Actor = SYSTEM,
    desk_id: str | None = None, must_change: bool = True,
) -> int:  # fmt: skip
    """A new member of staff; returns the user's number. Without a password nobody can sign in as them yet."""
    login, name = tidy_login(login), unicodedata.normalize("NFC", name).strip()
    if not LOGIN.fullmatch(login):
        raise Incomplete(_("登录名只用小写字母、数字、点、横线和下划线，2 至 63 个字符。"))
    if not name or len(name) > 50:
        raise Incomplete(_("请填写姓名，最多 50 个字。"))
    if unknown := [role for role in roles if role not in directory().roles]:
        raise NotThere(_("没有这个岗位：%(roles)s。", roles="、".join(unknown)))
    if not roles:
        raise Incomplete(_("请至少选一个岗位。"))
    if office(office_id).closed:
        raise NotThere(_("这个单位已经撤销。"))
    kept = _checked_hash(password, login) if password else ""
    with one_transaction():
        if user_by_login(login):
            raise Incomplete(_("登录名 %(login)s 已有人使用。", login=login))
        user = User(
            login=login, name=name, roles=list(roles), office_id=office_id, desk_id=desk_id,
            password_hash=kept, must_change_password=must_change, created_at=now(),
        )  # fmt: skip
        db.session.add(user)
        db.session.flush()
        record("add_user", by, subject=f"user:{user.id}", roles=list(roles), office=office_id)
        return user.id


def disable_user(login: str, by: Actor = SYSTEM) -> None:
    """The user can no longer sign in and is signed out everywhere; their name stays in what they did."""
    with one_transaction():
        user = _known(login)
        if user.disabled_at is None:
            user.disabled_at = now()
            end_all_sessions(user.id)
            record("disable_user", by, subject=f"user:{user.id}")


def set_password(login: str, password: str, by: Actor = SYSTEM, must_change: bool = True) -> None:
    """A password given by somebody else, to be changed at the first sign-in. Ends all their sessions."""
    user_id = _known(login).id
    _keep_password(user_id, _checked_hash(password, tidy_login(login)), must_change, by)


def change_password(by: Actor, old: str, new: str) -> str:
    """One's own password. Ends every session of the user and returns the token of a new one.

    Raises Incomplete for a wrong old or a weak new password, TooSoon from the fifth wrong try.
    """
    count_try(by.login, OWN_PASSWORD)
    user = get_user(by.id)
    if not passwords.matches(old, user.password_hash):
        record("change_password", by, subject=f"user:{by.id}", result="wrong")
        raise Incomplete(_("现在的密码不正确。"))
    if old == new:
        raise Incomplete(_("新密码不能和现在的密码相同。"))
    kept = _checked_hash(new, by.login)
    with one_transaction():
        forget_tries(by.login, OWN_PASSWORD)
        _keep_password(by.id, kept, must_change=False, by=by)
        return open_session(by.id)


def set_locale(by: Actor, locale: str) -> None:
    """The language of this person's pages: zh or en. No event: it concerns nobody else."""
    with one_transaction():
        get_user(by.id).locale = locale


def set_look(by: Actor, look: str) -> None:
    """How the pages look for this person: words of LookForm. No event: it concerns nobody else."""
    with one_transaction():
        get_user(by.id).look = look


def _keep_password(user_id: int, kept: str, must_change: bool, by: Actor) -> None:
    with one_transaction():
        user = get_user(user_id)
        user.password_hash = kept
        user.must_change_password = must_change
        end_all_sessions(user_id)
        record("change_password", by, subject=f"user:{user_id}")


def _checked_hash(password: str, login: str) -> str:
    if weakness := passwords.weakness(password, login):
        raise Incomplete(weakness)
    return passwords.hashed(password)


def _known(login: str) -> User:
    user = user_by_login(tidy_login(login))
    if user is None:
        raise NotThere(_("没有登录名为 %(login)s 的工作人员。", login=login))
    return user


def tidy_login(login: str) -> str:
    """As people type it: full-width letters, capitals and spaces around do not matter."""
    return unicodedata.normalize("NFKC", login).strip().lower()[:64]
