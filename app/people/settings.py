"""Small values the house keeps about itself, and what a process may remember while their version stands."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import current_app
from sqlalchemy import Label, Row

from app.extensions import db, noted, read_rows
from app.people.models import Setting

Value = TypeVar("Value")
REMEMBERED = ("organisation", "catalogue")
SEALED_UNTIL = "sealed_until"  # days before it are sealed, and nothing is written into them any more
_VERSIONS = db.select(Setting.key, Setting.value).where(
    db.or_(Setting.key.endswith("_version", autoescape=True), Setting.key == SEALED_UNTIL)
)


def setting(key: str, default: str | None = None) -> str | None:
    """The value kept under the key, read now."""
    found = db.session.scalar(db.select(Setting.value).where(Setting.key == key))
    return default if found is None else found


def keep(key: str, value: str) -> bool:
    """Keep a value, inside an open one_transaction(). True when it is not what was kept before."""
    row = db.session.get(Setting, key)
    if row is not None and row.value == value:
        return False
    if row is None:
        db.session.add(Setting(key=key, value=value))
    else:
        row.value = value
    db.session.flush()
    return True


def version(name: str) -> str:
    """Which version of `name` stands; read once a transaction, with those of all the others."""
    versions = _versions_seen()
    if name not in versions:
        for key, stands in read_rows(_VERSIONS).all():
            versions.setdefault(key.removesuffix("_version"), stands)
    return versions.setdefault(name, "")


def with_versions(*more: str) -> tuple[Label, ...]:
    """Columns for a statement that is asked anyway: the versions of what a process remembers, and `more` (note_versions)."""
    keys = (*(f"{name}_version" for name in REMEMBERED), *more)
    return tuple(db.select(Setting.value).where(Setting.key == key).scalar_subquery().label(key) for key in keys)


def note_versions(row: Row | tuple, *more: str) -> None:
    """A statement of this transaction has read the versions along with something else: spare the next one."""
    _versions_seen().update({name: getattr(row, f"{name}_version") or "" for name in REMEMBERED})
    _versions_seen().update({name: getattr(row, name) or "" for name in more})


def sealed_until() -> str:
    """The day before which all days are sealed, as ISO 8601; "" when none is. Read along with the versions."""
    return version(SEALED_UNTIL)


def new_version(name: str) -> None:
    """Inside one_transaction(): every process forgets what it remembered of `name`.

    A random word and not a number: a number could come again after a rollback, with other contents.
    """
    stands = secrets.token_hex(8)
    keep(f"{name}_version", stands)
    _versions_seen()[name] = stands


def remembered(name: str, make: Callable[[], Value]) -> Value:
    """What `make` made when this version of `name` was first asked for in this process."""
    stands = version(name)
    shelf = current_app.extensions.setdefault("remembered", {})
    kept = shelf.get((name, make))
    if kept is None or kept[0] != stands:
        kept = shelf[name, make] = (stands, make())
    return kept[1]


def _versions_seen() -> dict[str, str]:
    return noted().setdefault("versions", {})
