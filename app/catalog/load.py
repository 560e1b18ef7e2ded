"""Bringing a catalogue into the database: a changed item gets a new version, the old stays for its cases."""

import hashlib
import json

from app.catalog.models import ItemVersion, ServiceItem
from app.catalog.pinyin import initials, spelled
from app.catalog.spec import ItemSpec
from app.extensions import db, one_transaction
from app.moments import now
from app.people.load import Changes
from app.people.settings import new_version


def load_catalogue(specs: list[ItemSpec]) -> Changes:
    """Write what differs; an item that the catalogue no longer lists is retired, not removed."""
    changes = Changes("事项")
    with one_transaction():
        there = {row.code: row for row in db.session.scalars(db.select(ServiceItem))}
        for position, spec in enumerate(specs):
            item = there.pop(spec.code, None)
            if item is None:
                item = ServiceItem(code=spec.code, name=spec.name, department_id=spec.department)
                db.session.add(item)
                _describe(item, spec, position)
                db.session.flush()
                _publish(item, spec)
                changes.new += 1
            elif _describe(item, spec, position) | _publish(item, spec):
                changes.changed += 1
            else:
                changes.unchanged += 1
        for item in there.values():
            if item.retired_at is None:
                item.retired_at = now()
                changes.gone += 1
        if changes:
            new_version("catalogue")
    return changes


def _describe(item: ServiceItem, spec: ItemSpec, position: int) -> bool:
    """The row that the picker reads. True when it was different."""
    facts = {
        "name": spec.name, "department_id": spec.department, "position": position,
        "pinyin": spelled(spec.name), "initials": " ".join(map(initials, (spec.name, *spec.aliases))), "retired_at": None,
    }  # fmt: skip
    different = {key: value for key, value in facts.items() if getattr(item, key) != value}
    for key, value in different.items():
        setattr(item, key, value)
    return bool(different)


def _publish(item: ServiceItem, spec: ItemSpec) -> bool:
    """A new version, unless the one in force says the same."""
    kept = spec.model_dump(mode="json")
    digest = hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    latest = db.session.scalar(
        db.select(ItemVersion).filter_by(item_code=item.code).order_by(ItemVersion.version.desc()).limit(1)
    )
    if latest and latest.digest == digest and latest.id == item.version_id:
        return False
    version = ItemVersion(
        item_code=item.code, version=latest.version + 1 if latest else 1,
        digest=digest, spec=kept, published_at=now(),
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    item.version_id = version.id
    return True
