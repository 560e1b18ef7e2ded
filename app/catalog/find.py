"""Reading the catalogue. A version never changes, so a process keeps it; the list is kept while it stands."""

from dataclasses import dataclass

from flask import current_app

from app.catalog.models import ItemVersion, ServiceItem
from app.catalog.pinyin import typed
from app.catalog.spec import ItemSpec
from app.extensions import db
from app.people.settings import remembered
from app.refusals import NotThere


@dataclass(frozen=True)
class Listed:
    """A published item as the picker shows it."""

    code: str
    name: str
    department_id: str
    version_id: int
    pinyin: str
    initials: str
    kind: str
    applicant: str
    aliases: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()  # the initials of the aliases


def spec_of(version_id: int) -> ItemSpec:
    """What the item asked for in this version. NotThere for a version that never was."""
    kept = current_app.extensions.setdefault("item_versions", {})
    if version_id not in kept:
        spec = db.session.scalar(db.select(ItemVersion.spec).where(ItemVersion.id == version_id))
        if spec is None:
            raise NotThere("没有这个版本的事项。")
        kept[version_id] = ItemSpec.model_validate(spec, strict=False)
    return kept[version_id]


def items() -> list[Listed]:
    """Every item in force, in the order of the catalogue."""
    return remembered("catalogue", _read_items)


def item(code: str) -> Listed:
    """NotThere when no such item is in force."""
    found = next((listed for listed in items() if listed.code == code), None)
    if found is None:
        raise NotThere("没有这个事项，或者已经停用。")
    return found


def current_spec(code: str) -> ItemSpec:
    return spec_of(item(code).version_id)


def search(words: str, often: dict[str, int] | None = None) -> list[Listed]:
    """Items by code, initials, spelling, part of the name or what people call it; the closest first.

    `often`: how many times each item was used here; of two that are as close, the usual one comes first.
    """
    wanted, often = typed(words), often or {}
    ranked = [(_rank(listed, wanted), -often.get(listed.code, 0), listed) for listed in items()]
    fitting = sorted((one for one in ranked if one[0] is not None), key=lambda one: one[:2])
    return [listed for _near, _often, listed in fitting]


def _rank(listed: Listed, wanted: list[str]) -> int | None:
    """The sum of how near each word is; None when one does not fit at all."""
    near = [_nearness(listed, word) for word in wanted]
    return None if None in near else sum(near)


def _nearness(listed: Listed, word: str) -> int | None:
    names = [name.lower() for name in (listed.name, *listed.aliases)]
    letters = word.replace("'", "")
    tests = (
        listed.code.lower() == word or listed.code.lower().replace("-", "") == word,
        listed.initials.startswith(letters),
        any(name.startswith(word) for name in names),
        listed.code.lower().startswith(word),
        any(word in name for name in names),
        any(nickname.startswith(letters) for nickname in listed.nicknames),
        listed.pinyin.startswith(letters),
        letters in listed.initials,
        letters in listed.pinyin,
    )
    return next((place for place, fits in enumerate(tests) if fits), None)


def _read_items() -> list[Listed]:
    query = (
        db.select(ServiceItem.code, ServiceItem.name, ServiceItem.department_id, ServiceItem.version_id,
                  ServiceItem.pinyin, ServiceItem.initials)
        .where(ServiceItem.retired_at.is_(None), ServiceItem.version_id.is_not(None))
        .order_by(ServiceItem.position, ServiceItem.code)
    )  # fmt: skip
    listed = []
    for row in db.session.execute(query).all():
        spec = spec_of(row.version_id)
        first, *nicknames = row.initials.split(" ")
        listed.append(Listed(**row._asdict() | {"initials": first}, kind=spec.kind, applicant=spec.applicant,
                             aliases=tuple(spec.aliases), nicknames=tuple(nicknames)))  # fmt: skip
    return listed
