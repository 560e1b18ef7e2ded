"""日封单: the seal of one day on signed paper, to be kept where the database is not; and paper held against the database."""

import json
import re
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

from app.cases import seals
from app.documents.child import Child, Lost, program
from app.documents.keys import signing_settings
from app.documents.press import PATIENCE, press
from app.documents.sheets import seal_sheet
from app.documents.signing import sign, signer
from app.extensions import forget_what_was_read
from app.moments import now
from app.people.find import city
from app.refusals import Incomplete, NotThere

TITLE = "日志日封单"
IN_FOURS = 4
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DIGEST = re.compile(r"[0-9a-f]{64}")
BETWEEN = re.compile(r"[\s:：·—-]+")  # what people and scanners put between groups
LOOKING = 8.0  # seconds for looking into a file


class Paper(NamedTuple):
    """What a sheet says: its hash, and its day where it was read by a machine."""

    digest: str
    day: date | None = None
    signed_by: str = ""  # of a file whose signature is whole: the name in the certificate
    ours: bool = True  # of a file: signed, unchanged since, by a certificate of our own chain


def in_fours(digest: str) -> list[str]:
    """As it is compared by eye."""
    return [digest[at:at + IN_FOURS] for at in range(0, len(digest), IN_FOURS)]


def facts_of(day: date) -> dict:
    """What the sheet of a day says. NotThere when the day has no seal."""
    made = seals.of(day)
    if made is None:
        raise NotThere(f"{day.isoformat()} 还没有日封：当天过完以后，夜间自动封存。")
    before = seals.before(day)
    cases, new = seals.moved(day)
    of_day = (made.entries - before.entries, made.events - before.events) if before else (made.entries, made.events)
    return {
        "document": "daily_seal", "title": TITLE, "number": f"日封 {day.isoformat()}", "office": city()["name"],
        "day": day.isoformat(), "cases_of_day": cases, "new_cases_of_day": new,
        "entries": made.entries, "entries_of_day": of_day[0], "events": made.events, "events_of_day": of_day[1],
        "digest": made.digest, "previous": made.previous, "sealed_at": made.made_at.isoformat(timespec="seconds"),
        "printed_at": now().isoformat(timespec="seconds"),
    }  # fmt: skip


def printed(day: date) -> bytes:
    """The signed PDF. Slow: never inside a transaction. Made anew each time; what counts on it is always the same."""
    facts = facts_of(day)
    forget_what_was_read()  # no connection held while it is rendered
    until = time.monotonic() + PATIENCE
    signer().warm_up()
    said = json.dumps(facts, ensure_ascii=False, indent=1).encode()
    plain = press().print(seal_sheet(facts | {"groups": in_fours(facts["digest"])}), said, until)
    return sign(plain, facts, until).pdf


def typed(words: str) -> Paper:
    """A hash as it was typed or scanned from paper: with or without its day, in groups or not. Incomplete when it is none."""
    day = DAY.search(words)
    rest = words.replace(day[0], " ", 1) if day else words
    digest = BETWEEN.sub("", rest).lower()
    if not DIGEST.fullmatch(digest):
        raise Incomplete("校验码是 64 位（16 组，每组 4 位），由 0–9 和 a–f 组成，请核对纸上的内容。")
    try:
        return Paper(digest, date.fromisoformat(day[0]) if day else None)
    except ValueError as problem:
        raise Incomplete(f"没有 {day[0]} 这一天，请核对纸上的日期。") from problem


def in_file(data: bytes) -> Paper:
    """What a sheet's PDF says, and whose signature is on it. A stranger's file is opened in a process of its own."""
    settings, child = signing_settings(), Child(program("sealed"))
    roots = [Path(settings[name]).read_text() for name in ("here", "chain") if settings[name]]
    try:
        told = json.loads(child.ask(json.dumps(roots).encode() + b"\n" + data, time.monotonic() + LOOKING))
    except (Lost, ValueError) as problem:
        raise Incomplete("这个文件不是日封单，或者已经损坏，读不出校验码。") from problem
    finally:
        child.stop()
    return typed(f"{told['day']} {told['digest']}")._replace(signed_by=told["signed_by"], ours=told["ours"])


def day_of(paper: Paper) -> date | None:
    """The day of a sheet that was read without one."""
    found = None if paper.day else seals.by_digest(paper.digest)
    return found.day if found else paper.day


def differs(paper: Paper) -> str:
    """Why today's database does not agree with the sheet; "" when it does.

    The stored seal must be the one on the paper, and what the journal gives today for that day must be it too.
    """
    if not paper.ours:
        return "文件上的签名不是本系统的，或者签名以后文件被改动：请用另一份，或者输入纸上的校验码"
    made = seals.of(paper.day) if paper.day else seals.by_digest(paper.digest)
    if made is None and paper.day:
        return f"数据库里没有 {paper.day.isoformat()} 的日封，纸上有：日志被截断，或数据库被换过"
    if made is None:
        return "数据库里没有哪一天的日封是这个校验码：日志被改动后重新封过，或数据库被换过"
    if made.digest != paper.digest:
        return f"{made.day.isoformat()} 的日封与纸上不同：日志被改动后重新封过（纸上 {paper.digest[:8]}…，数据库 {made.digest[:8]}…）"
    if not seals.holds(made):
        return f"{made.day.isoformat()} 的日封与纸上相同，但日志今天算出来的不同：日志被改动、删除、补入或截断"
    return ""
