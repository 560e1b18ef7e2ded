"""Passwords: what is good enough, and how it is kept (Argon2id, 64 MiB, three passes)."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

SHORTEST = 12
LONGEST = 128

# The long ones of the well-known lists; shorter ones are refused for their length.
_KNOWN = """
    123456789012 1234567890123 12345678901234 123456123456 123123123123 012345678910 987654321098
    111222333444
    password1234 password12345 passwordpassword password2024 password2025 password2026
    qwertyuiop12 qwertyuiop123
    qwerty123456 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv 1qazxsw23edc zaq12wsxcde3 abcdefghijkl abcdefghijklm
    abc123456789 abcd12345678 a12345678901 a123456789012 aa1234567890 asdfghjkl123 administrator admin1234567
    adminadmin12 admin@123456 iloveyou1234 woaini123456 woaini5201314 woaini1314520 5201314520131 letmein12345
    welcome12345 changeme1234 p@ssw0rd1234 passw0rd1234 test12345678 zhongguo1234 duyun1234567 dangqun123456
"""
COMMON = frozenset(_KNOWN.split())

# Each hash takes 64 MiB: two at once in a process, the others wait their turn.
_at_once = threading.BoundedSemaphore(2)


def weakness(password: str, login: str = "") -> str | None:
    """Why this password will not do, in words for a person; None when it will."""
    if len(password) < SHORTEST:
        return _("密码至少 %(n)s 个字符；可以用几个不相干的词连起来。", n=SHORTEST)
    if len(password) > LONGEST:
        return _("密码最多 %(n)s 个字符。", n=LONGEST)
    plain = unicodedata.normalize("NFC", password).lower()
    if login and (login.lower() in plain or plain in login.lower()):
        return _("密码不能包含登录名。")
    if plain in COMMON or len(set(plain)) < 5:
        return _("这个密码太常见，请换一个不容易猜到的。")
    return None


def hashed(password: str) -> str:
    """The Argon2id hash to keep. ValueError for an over-long password: it is never hashed."""
    if len(password) > LONGEST:
        raise ValueError("over-long password")
    with _at_once:
        return _hasher().hash(_normal(password))


def matches(password: str, kept: str | None) -> bool:
    """Does the password fit the kept hash? Takes as long when there is no such user (`kept` None)."""
    if len(password) > LONGEST:
        return False
    with _at_once:
        try:
            return _hasher().verify(kept or _nobodys(), _normal(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def _hasher() -> PasswordHasher:
    made = current_app.extensions.get("password_hasher")
    if made is None:
        cost = (1, 8) if current_app.config["TESTING"] else (3, 64 * 1024)  # passes, KiB
        made = PasswordHasher(time_cost=cost[0], memory_cost=cost[1], parallelism=1)
        current_app.extensions["password_hasher"] = made
    return made


def _nobodys() -> str:
    """A hash that belongs to no one, so that an unknown name costs the same time."""
    made = current_app.extensions.get("nobodys_password")
    if made is None:
        made = current_app.extensions["nobodys_password"] = _hasher().hash("nobody's password")
    return made


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
