"""What is frozen into a document when it is issued: the frame all share, and the facts of its kind."""

from app.documents.facts import beside, handing, handling, receiving, results
from app.documents.facts.source import Source, frame

BUILDERS = receiving.FACTS | handling.FACTS | handing.FACTS | results.FACTS | beside.FACTS


def build(kind: str, source: Source) -> dict:
    """Plain JSON: text, lists of text, lists of dicts of text. What is printed later is printed from this alone."""
    return frame(kind, source) | BUILDERS[kind](source)


__all__ = ["BUILDERS", "Source", "build"]
