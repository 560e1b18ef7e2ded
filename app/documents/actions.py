"""The verbs of this room: issue and read (issuing.py), what becomes of a document (life.py), numbered paper (paper.py)."""

from app.documents.issuing import (
    LIFE,
    STATE_WORDS,
    document_by_number,
    issue,
    issue_for,
    move,
    print_copy,
    read,
    reissue,
)
from app.documents.life import (
    print_form,
    restore_document,
    revoke_document,
    suspend_document,
    void_document,
    void_sheet,
)
from app.documents.paper import print_on, spoil, take_in_pack

__all__ = ["LIFE", "STATE_WORDS", "document_by_number", "issue", "issue_for", "move", "print_copy", "print_form", "print_on",
           "read", "reissue", "restore_document", "revoke_document", "spoil", "suspend_document", "take_in_pack",
           "void_document", "void_sheet"]  # fmt: skip
