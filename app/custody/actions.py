"""Paper changes hands in two movements: one side packs and sends, the other counts and takes."""

from app.cases.batch import Done, each
from app.cases.models import Case, JournalEntry
from app.custody.lists import slip_for
from app.custody.packing import add_papers, add_pouch, open_slip, pack, recall, remove_paper, remove_pouch, seal, send
from app.custody.settling import settle, settle_pouch
from app.custody.taking import take
from app.documents.steps import take_step

__all__ = [
    "add_papers", "add_pouch", "open_slip", "pack", "recall", "remove_paper", "remove_pouch", "return_material",
    "seal", "send", "send_all", "settle", "settle_pouch", "take", "take_all",
]  # fmt: skip


def return_material(case: Case, by, material_ids: list[int], taken_by: str) -> JournalEntry:
    """材料退还: one by one, against a signature, with the list printed."""
    return take_step(case, "return_material", by, material_ids=material_ids, taken_by=taken_by)


def take_all(by, slip_nos: list[str]) -> Done:
    """批量接收: every ticked slip whole; one with a paper missing is taken on its own page, line by line."""
    return each(slip_nos, lambda number: take(slip_for(by, number), by))


def send_all(by, slip_nos: list[str], carrier_name: str) -> Done:
    """批量交出: everything that lies packed goes with one carrier."""
    return each(slip_nos, lambda number: send(slip_for(by, number), by, carrier_name))
