"""Bringing the offices, desks, roles and routes of an organisation file into the database. Idempotent."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from app.extensions import db, one_transaction
from app.moments import now
from app.people import offices as rules
from app.people.models import Desk, Office, Role, Street, TransferRoute, User
from app.people.read import Organisation
from app.people.settings import keep, new_version
from app.refusals import OutOfTurn


@dataclass
class Changes:
    """How many rows of one sort were new, changed, gone, or as before."""

    what: str
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    def __str__(self) -> str:
        return f"{self.what}：新增 {self.new}，修改 {self.changed}，停用 {self.gone}，未变 {self.unchanged}"


def load_organisation(org: Organisation, why_not_close: Callable[[str], str | None]) -> list[Changes]:
    """Write what differs. `why_not_close(office_id)` says what an office still holds, or None.

    Raises OutOfTurn, and changes nothing, when the file drops an office that holds papers, cases or staff.
    """
    with one_transaction():
        found = [_streets(org), _offices(org, why_not_close), _desks(org), _roles(org), _routes(org)]
        found.append(_city(org))
        if any(found):
            new_version("organisation")
        return found


def _streets(org: Organisation) -> Changes:
    rows = [
        {
            "id": part.id, "name": part.name, "short": part.short, "code": part.code,
            "document_code": org.document_codes[part.id],
        }
        for part in org.streets
    ]  # fmt: skip
    return _write("街道", Street, rows)


def _offices(org: Organisation, why_not_close: Callable[[str], str | None]) -> Changes:
    rows = list(rules.offices(org))
    changes = _write("单位", Office, rows)
    named = {row["id"] for row in rows}
    for office in db.session.scalars(db.select(Office).where(Office.closed_at.is_(None))):
        if office.id not in named:
            _close(office, why_not_close)
            changes.gone += 1
    return changes


def _close(office: Office, why_not_close: Callable[[str], str | None]) -> None:
    there = db.select(User.login).filter_by(office_id=office.id, disabled_at=None).limit(3)
    staff = db.session.scalars(there).all()
    reason = why_not_close(office.id) or (f"还有在岗人员（{'、'.join(staff)}）" if staff else None)
    if reason:
        raise OutOfTurn(f"不能撤销 {office.id} {office.name}：{reason}。请先移交，再从文件中删去。")
    office.closed_at = now()


def _desks(org: Organisation) -> Changes:
    rows = [{"office_id": centre.id, **part.model_dump()} for centre in org.centres for part in centre.counters]
    changes = _write("窗口", Desk, rows)
    for desk in _not_named(Desk, rows):
        db.session.execute(db.update(User).where(User.desk_id == desk.id).values(desk_id=None))
        db.session.delete(desk)
        changes.gone += 1
    return changes


def _roles(org: Organisation) -> Changes:
    rows = [part.model_dump() for part in org.roles]
    changes = _write("岗位", Role, rows)
    for role in _not_named(Role, rows):
        staff = db.session.execute(db.select(User.login, User.roles).where(User.disabled_at.is_(None)))
        if holders := [login for login, roles in staff if role.id in roles]:
            raise OutOfTurn(f"不能取消岗位 {role.id} {role.name}：{'、'.join(holders[:3])} 还在此岗位。")
        db.session.delete(role)
        changes.gone += 1
    return changes


def _routes(org: Organisation) -> Changes:
    rows = [
        {"id": part.id, "from_office_id": part.from_office, "to_office_id": part.to_office, "runs": part.runs}
        for part in org.transfer_routes
    ]
    changes = _write("流转线路", TransferRoute, rows)
    for route in _not_named(TransferRoute, rows):
        db.session.delete(route)
        changes.gone += 1
    return changes


def _city(org: Organisation) -> Changes:
    """What has no table of its own: name, code, hours, forwarding targets."""
    facts = {
        **org.city.model_dump(exclude={"local_holidays"}),
        "hours": list(org.hours.working_day) if org.hours else [],
        "townships": [part.model_dump() for part in org.townships],
        "governance_windows": [part.model_dump(exclude={"seed"}) for part in org.governance_windows],
    }
    changes = Changes("城市")
    if keep("city", json.dumps(facts, ensure_ascii=False, sort_keys=True)):
        changes.changed = 1
    else:
        changes.unchanged = 1
    return changes


def _write(what: str, model, rows: list[dict]) -> Changes:
    """Insert or update by id, touching only what differs."""
    changes = Changes(what)
    there = {row.id: row for row in db.session.scalars(db.select(model))}
    for columns in rows:
        row = there.get(columns["id"])
        if row is None:
            db.session.add(model(**columns))
            db.session.flush()  # a child that follows may name it
            changes.new += 1
        elif different := {key: value for key, value in columns.items() if getattr(row, key) != value}:
            for key, value in different.items():
                setattr(row, key, value)
            changes.changed += 1
        else:
            changes.unchanged += 1
    db.session.flush()
    return changes


def _not_named(model, rows: list[dict]) -> list:
    named = {row["id"] for row in rows}
    return [row for row in db.session.scalars(db.select(model)) if row.id not in named]
