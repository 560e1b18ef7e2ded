"""The person who acts: what the rest of the house knows of who is signed in."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """A member of staff, detached from the database; `can` is what all their roles permit together."""

    id: int | None
    login: str
    name: str
    office_id: str = ""
    office_name: str = ""
    office_kind: str = ""
    street_id: str | None = None
    centre_id: str | None = None
    desk_id: str | None = None
    roles: tuple[str, ...] = ()
    can: frozenset[str] = frozenset()
    locale: str = "zh"
    look: str = ""
    must_change_password: bool = False
    token: str = field(default="", repr=False, compare=False)

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def may(self, *permissions: str) -> bool:
        """True when a role of this person gives one of the permissions."""
        return not self.can.isdisjoint(permissions)

    def get_id(self) -> str:
        """For Flask-Login: the token of the session, never the number of the user."""
        return self.token


class Nobody:
    """Somebody who is not signed in: may nothing, sees nothing."""

    id = None
    login = name = office_id = office_name = office_kind = ""
    street_id = centre_id = desk_id = None
    roles: tuple[str, ...] = ()
    can: frozenset[str] = frozenset()
    locale = look = ""
    must_change_password = False

    is_authenticated = False
    is_active = False
    is_anonymous = True

    def may(self, *_permissions: str) -> bool:
        return False

    def get_id(self) -> None:
        return None


# The calendar takes steps too: deemed acceptance, reminders. It is named like a person in the journal.
SYSTEM = Actor(id=None, login="system", name="系统", can=frozenset({"system"}))
