"""What is handed over when a case is delivered: its results; of a joint case (一件事) the answer to each matter."""

from typing import NamedTuple

from app.cases.standing import Standing


class Answer(NamedTuple):
    """One matter: the names of its results, or none and how it ended (`outcome` None: it never came to a decision)."""

    item_name: str
    papers: tuple[str, ...]
    outcome: str | None


def answers_of(s: Standing) -> list[Answer]:
    """In the order of the children; one line for a case that has none."""
    family = [Standing(child, s.by) for child in s.children] if s.joint else [s]
    return [Answer(one.case.item_name, tuple(p.name for p in one.results), one.case.outcome) for one in family]
