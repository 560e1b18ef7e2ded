"""Looks into a PDF that a stranger brought, for what names one of our documents. One file a process.

Once pikepdf is loaded this process may open nothing more, neither file nor connection, and has five seconds.
"""

import io
import json
import re

import frames
import pikepdf

MEMORY = 512 << 20
SECONDS = 5
MOST_PAGES = 500
CODE = re.compile(r"(?:/verify/|verify_code\W{1,6})([0-9A-Z]{4}-?[0-9A-Z]{5}-?[0-9A-Z]{5})")
NUMBER = re.compile(r"[\u4e00-\u9fff]{2,20}〔\d{4}〕\d{1,9}号")
PLACES = ("/ContactInfo", "/Reason")
MOST = 1 << 20  # bytes of one text that are looked at


def look(message: bytes) -> bytes:
    """JSON: the verify codes and the document numbers that this file names, in the order found."""
    texts = list(_inside(message)) + list(_as_bytes(message))
    found = {"codes": [], "numbers": []}
    for text in texts:
        found["codes"] += [code.replace("-", "") for code in CODE.findall(text)]
        found["numbers"] += NUMBER.findall(text)
    return json.dumps({name: list(dict.fromkeys(all_of))[:20] for name, all_of in found.items()}).encode()


def _inside(data: bytes):
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                return
            for attached in list(pdf.attachments.values())[:5]:
                yield attached.get_file().read_bytes()[:MOST].decode("utf-8", "replace")
            yield from (str(value)[:MOST] for value in pdf.docinfo.values())
            for item in list(pdf.Root.get("/AcroForm", {}).get("/Fields", []))[:5]:
                signature = item.get("/V", {})
                yield from (str(signature[place])[:MOST] for place in PLACES if place in signature)
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError):
        return  # too broken to open: its bytes may still say something


def _as_bytes(data: bytes):
    """What stands in the clear: the signature's contact is ASCII, its text UTF-16."""
    yield data.decode("latin-1")
    yield from (data[odd:].decode("utf-16-be", "replace") for odd in (0, 1))


def serve() -> None:
    look(b"%PDF-1.4\n")  # whatever is loaded late is loaded now
    frames.open_nothing_more()
    frames.serve(look, MEMORY, SECONDS)
