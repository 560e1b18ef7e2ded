"""抄录卡: the order in which a department's own system asks, kept for each item by those who type it in."""

from app.catalog.find import item
from app.catalog.models import CopyOrder
from app.extensions import db, one_transaction
from app.moments import now
from app.people.actions import record
from app.refusals import Incomplete


def order_of(item_code: str) -> list[str] | None:
    """The keys in their order; None where nobody has set one."""
    return db.session.scalar(db.select(CopyOrder.keys).filter_by(item_code=item_code))


def set_copy_order(by, item_code: str, keys: list[str]) -> None:
    """What is not among `keys` is not copied."""
    code = item(item_code).code
    if not keys:
        raise Incomplete("请至少留下一项。")
    with one_transaction():
        row = db.session.get(CopyOrder, code) or CopyOrder(item_code=code)
        row.keys, row.at, row.actor_name = list(dict.fromkeys(keys)), now(), by.name
        db.session.add(row)
        record("copy_order", by, subject=code, count=len(row.keys))
