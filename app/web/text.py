"""Text as it is let in: composed, without control characters, and never longer than asked for."""

import unicodedata

# They turn the reading direction or join what looks apart: nothing a form needs, everything a forger likes.
INVISIBLE = frozenset(
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"
)


def clean(text: object, lines: bool = False) -> str:
    """NFC, one kind of line end (`lines`) or none, no control or invisible characters, no blanks around.

    NUL and lone surrogates go too: PostgreSQL cannot keep them. No character of a name is replaced.
    """
    text = str(text or "")
    if text.isprintable():  # nothing in it that could have to go: nearly every text there is
        return unicodedata.normalize("NFC", text).strip()
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    return "".join(sign for sign in text if _may_stay(sign)).strip()


def _may_stay(sign: str) -> bool:
    if sign in "\n\t":
        return True
    return sign not in INVISIBLE and unicodedata.category(sign) not in ("Cc", "Cs")


def narrow(text: object) -> str:
    """For numbers: full-width to half-width, no blanks. Not for names: it would replace characters."""
    return "".join(unicodedata.normalize("NFKC", clean(str(text or "")[:2000])).split())
