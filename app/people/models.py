"""Who works where, in which roles, and which browser they are signed in with."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment
from app.sealing import Sealed


class Street(db.Model):
    """A subdistrict 街道; `code` is its nine digits, `document_code` its 代字 (都文峰)."""

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    short: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    document_code: Mapped[str]


class Office(db.Model):
    """Any unit that can hold a case or a paper: department, street body, centre, station.

    `kind`: city_bureau, mass_organisation, party_organ, agency, street, community, external for departments;
    service_centre, station, self_service for where residents come. A department that exists in every street
    is one office a street, its id `<department>-<street>`, its `department_id` the id of the catalogue.
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    short: Mapped[str]
    kind: Mapped[str]
    level: Mapped[str | None]  # street | community | estate, for centres and stations
    street_id: Mapped[str | None] = mapped_column(ForeignKey("street.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    centre_id: Mapped[str | None]  # for a station the centre of its street; for a centre itself
    document_code: Mapped[str | None]
    services: Mapped[list] = mapped_column(JSON, default=list)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def is_window(self) -> bool:
        return self.kind in ("service_centre", "station", "self_service")


class Desk(db.Model):
    """A counter 窗口 of a centre."""

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    accessible: Mapped[bool] = mapped_column(default=False)


class Role(db.Model):
    """A role of organisation.yaml; `can` is the list of permissions that STEPS and guards ask for."""

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    can: Mapped[list] = mapped_column(JSON, default=list)


class TransferRoute(db.Model):
    """A courier's run 物料流转线路: from, to (an office or all_departments), times of day."""

    id: Mapped[str] = mapped_column(primary_key=True)
    from_office_id: Mapped[str]
    to_office_id: Mapped[str]
    runs: Mapped[list] = mapped_column(JSON, default=list)


class User(db.Model):
    """A member of staff. Signing in is in people/actions.py; what a role permits, people/permissions.py."""

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    desk_id: Mapped[str | None] = mapped_column(ForeignKey("desk.id"))
    roles: Mapped[list] = mapped_column(JSON, default=list)
    password_hash: Mapped[str] = mapped_column(default="")
    must_change_password: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(default="zh")
    look: Mapped[str] = mapped_column(default="")  # how the pages look for this person: people/looks.py
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)


class LoginSession(db.Model):
    """One signed-in browser. The cookie holds a random token, this table only its hash; deleting ends it."""

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class LoginDelay(db.Model):
    """Wrong passwords for one login from one address: the next try must wait until `until`."""

    login_hash: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime] = mapped_column(Moment)


class SecondFactor(db.Model):
    """A phone that shows codes for one user. `last_step`: the newest code used, none opens twice. `recovery`: hashes."""

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(Sealed)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    recovery: Mapped[list] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(Moment)


class DeskEvent(db.Model):
    """What happened outside any case: signing in, refusals, settings. Rows are added, never changed."""

    __table_args__ = (Index("ix_desk_event_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="ok")
    facts: Mapped[dict] = mapped_column(JSON, default=dict)  # never personal data


class Setting(db.Model):
    """Small values the programme keeps about itself (loaded city, versions of layers)."""

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
