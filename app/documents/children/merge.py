"""Puts many of our PDFs into one, for the printer. Its memory goes when it ends."""

import io

import frames
import pikepdf

MEMORY = 2 << 30

_together = pikepdf.Pdf.new()
_kept = []  # pages are copied when saving: until then their files stay open


def merge(message: bytes) -> bytes:
    """Add a PDF ("+"); an empty message asks for the whole."""
    if message:
        one = pikepdf.open(io.BytesIO(message))
        _kept.append(one)
        _together.pages.extend(one.pages)
        return b"+"
    if "/AcroForm" in _together.Root:
        del _together.Root.AcroForm  # a signature is of one file, not of a stack
    made = io.BytesIO()
    _together.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def serve() -> None:
    frames.serve(merge, MEMORY)
