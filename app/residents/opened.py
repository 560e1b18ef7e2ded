"""The second proof is remembered by this browser for one code and half an hour: a shared screen forgets by itself."""

from datetime import datetime, timedelta

from flask import session

from app.moments import now

KEY = "opened"
FOR = timedelta(minutes=30)


def open_details(status_hash: str) -> None:
    session[KEY] = [status_hash, (now() + FOR).isoformat()]


def is_open(status_hash: str) -> bool:
    kept = session.get(KEY)
    if not isinstance(kept, list) or len(kept) != 2 or kept[0] != status_hash:
        return False
    left = datetime.fromisoformat(kept[1]) - now()
    return timedelta(0) < left <= FOR  # longer: the clock was put back


def close_details() -> None:
    session.pop(KEY, None)
