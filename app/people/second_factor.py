"""The second factor: enrolling a phone, proving it at the door, recovery codes for the day the phone is lost."""

import hashlib
import secrets
import unicodedata

from flask import current_app
from flask_babel import gettext as _

from app.extensions import db, one_transaction
from app.moments import now
from app.people import totp
from app.people.actions import count_try, forget_tries, record
from app.people.actor import SYSTEM, Actor
from app.people.find import get_user, user_by_login
from app.people.models import SecondFactor
from app.people.sessions import end_all_sessions, open_session
from app.refusals import Incomplete, NotThere

MUST = frozenset({"org_admin", "approver"})  # who may change people, or decide
PLACE = "second factor"  # stands for the address when tries are counted
RECOVERY_CODES = 10
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is read in two ways


def is_enrolled(user_id: int) -> bool:
    return db.session.get(SecondFactor, user_id) is not None


def must_enrol(who: Actor) -> bool:
    """In production administrators and approvers go nowhere without one; the demonstration lets them."""
    required = current_app.config["SECOND_FACTOR"] == "required"
    return required and who.is_authenticated and not MUST.isdisjoint(who.roles) and not is_enrolled(who.id)


def enrol(by: Actor, secret: str, code: str) -> tuple[list[str], str]:
    """Keep the secret once its first code is right. Returns the recovery codes, shown this once, and a new session's token.

    Every other session of the user ends. Raises Incomplete for a wrong code, TooSoon from the fifth.
    """
    count_try(by.login, PLACE)
    step = totp.matching_step(secret, tidy(code), now().timestamp(), 0)
    if step is None:
        raise Incomplete(_("动态码不对。请核对手机时间，再输入现在显示的六位数字。"))
    codes = ["".join(secrets.choice(ALPHABET) for _n in range(10)) for _m in range(RECOVERY_CODES)]
    with one_transaction():
        forget_tries(by.login, PLACE)
        db.session.execute(db.delete(SecondFactor).where(SecondFactor.user_id == by.id))
        kept = [_hash(by.id, one) for one in codes]
        db.session.add(SecondFactor(user_id=by.id, secret=secret, last_step=step, recovery=kept, made_at=now()))
        end_all_sessions(by.id)
        record("enrol_second_factor", by, subject=f"user:{by.id}")
        return codes, open_session(by.id)


def prove(user_id: int, code: str) -> tuple[str, tuple[str, ...]]:
    """The second step at the door: the token of a new session and the roles. A code opens once; so does a recovery code.

    Raises Incomplete for a wrong one, TooSoon from the fifth wrong one.
    """
    user = get_user(user_id)
    count_try(user.login, PLACE)
    who, typed = Actor(id=user.id, login=user.login, name=user.name), tidy(code)
    with one_transaction():
        kept = db.session.get(SecondFactor, user_id, with_for_update=True)
        fits = kept is not None and get_user(user_id).disabled_at is None and _use(kept, typed)
        record("second_factor", who, subject=f"user:{user_id}", result="ok" if fits else "wrong")
        if fits:
            forget_tries(user.login, PLACE)
            return open_session(user_id), tuple(get_user(user_id).roles)
    raise Incomplete(_("动态码不对。请输入手机上现在显示的六位数字，或一个没有用过的恢复码。"))


def reset(login: str, by: Actor = SYSTEM) -> None:
    """The phone and the recovery codes are lost: the user enrols anew at the next sign-in."""
    with one_transaction():
        user = user_by_login(login)
        if user is None:
            raise NotThere(_("没有登录名为 %(login)s 的工作人员。", login=login))
        db.session.execute(db.delete(SecondFactor).where(SecondFactor.user_id == user.id))
        end_all_sessions(user.id)
        record("reset_second_factor", by, subject=f"user:{user.id}")


def sign_out_everywhere(by: Actor) -> None:
    """Every browser of this person, this one too."""
    with one_transaction():
        end_all_sessions(by.id)
        record("sign_out_everywhere", by)


def tidy(code: str) -> str:
    """As people type it: full-width digits, spaces and small letters do not matter."""
    plain = unicodedata.normalize("NFKC", code[:40]).upper()
    return "".join(one for one in plain if one.isascii() and one.isalnum())


def _use(kept: SecondFactor, typed: str) -> bool:
    if (step := totp.matching_step(kept.secret, typed, now().timestamp(), kept.last_step)) is not None:
        kept.last_step = step
        return True
    mark = _hash(kept.user_id, typed)
    if mark in kept.recovery:
        kept.recovery = [one for one in kept.recovery if one != mark]
        return True
    return False


def _hash(user_id: int, code: str) -> str:
    return hashlib.sha256(f"{user_id}:{code}".encode()).hexdigest()  # fifty random bits need no slow hash
