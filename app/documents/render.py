"""From HTML to PDF: the only file that knows WeasyPrint. It runs as a process of its own (press.py starts it).

It reads sheets from standard input and writes PDFs to standard output, each behind its length in four bytes. It
fetches nothing but the data: pictures that codes.py drew, may open few files and write none, and ends when its
input ends.
"""

import logging
import resource
import signal
import struct
import sys

import pydyf
from weasyprint import CSS, HTML, Attachment
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.urls import URLFetcher

MEMORY = 2 << 30  # bytes of address space; the CJK font collections are mapped, not read
FACTS = "facts.json"
SHEETS = 400  # then a fresh process: memory stays flat

_whole_subset = Font._harfbuzz_subset


class OnlyOurPictures(URLFetcher):
    """Refuses every address but an inline SVG; text that looks like an address never becomes one anyway."""

    def fetch(self, url, headers=None):
        if not url.startswith("data:image/svg+xml;base64,"):
            raise ValueError(f"A document may not fetch {url[:80]}")
        return super().fetch(url, headers)


def _compact_subset(font: Font, to_unicode: dict, hinting: bool) -> None:
    """Subset a CFF font without holes for the glyphs left out.

    WeasyPrint keeps glyph ids, and 40,000 empty glyphs cost 78 kB a weight that does not compress. The character
    collection of a CID-keyed font names its glyphs anyway (PDF 32000-1, 9.7.4.2), so the holes are not needed.
    """
    if font.file_content[:4] not in (b"OTTO", b"ttcf"):
        _whole_subset(font, to_unicode, hinting)
        return
    plan = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    wanted = ffi.new(f"hb_codepoint_t[{len(to_unicode)}]", sorted(to_unicode))
    harfbuzz.hb_set_add_sorted_array(harfbuzz_subset.hb_subset_input_glyph_set(plan), wanted, len(to_unicode))
    flags = harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE | harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
    if font.missing:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NOTDEF_OUTLINE
    harfbuzz_subset.hb_subset_input_set_flags(plan, flags)
    face = ffi.gc(harfbuzz_subset.hb_subset_or_fail(font.hb_face, plan), harfbuzz.hb_face_destroy)
    font.file_content = get_hb_object_data(face) if face else font.file_content


Font._harfbuzz_subset = _compact_subset


def _bare_cff(_document, pdf) -> None:
    """Embed the CFF table alone: in that form every reader goes by CID, as the compact subset needs."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Subtype") == "/OpenType":
            item.stream = [_table(item.stream[0], b"CFF ")]
            item.extra["Subtype"] = "/CIDFontType0C"


def _table(sfnt: bytes, tag: bytes) -> bytes:
    """One table of an OpenType file."""
    for at in range(12, 12 + 16 * struct.unpack_from(">H", sfnt, 4)[0], 16):
        if sfnt[at:at + 4] == tag:
            start, length = struct.unpack_from(">II", sfnt, at + 8)
            return sfnt[start:start + length]
    raise ValueError(f"The font has no {tag!r} table")


class Renderer:
    """Fonts found and style sheet read once, used for every sheet."""

    def __init__(self, style: str):
        self._fonts = FontConfiguration()
        self._fetcher = OnlyOurPictures(allowed_protocols=["data"], allow_redirects=False)
        self._style = CSS(string=style, font_config=self._fonts, url_fetcher=self._fetcher)

    def to_pdf(self, html: str, facts: str = "") -> bytes:
        """Marked PDF/A-3b; nobody here can check that, so nobody claims it. `facts` become the attached FACTS."""
        page = HTML(string=html, url_fetcher=self._fetcher)
        attached = Attachment(string=facts, name=FACTS, relationship="Data", url_fetcher=self._fetcher) if facts else None
        return page.write_pdf(
            stylesheets=[self._style], font_config=self._fonts, finisher=_bare_cff, pdf_variant="pdf/a-3b",
            attachments=[attached] if attached else None,
        )  # fmt: skip


def read_framed(stream) -> bytes | None:
    """The next message, or None at the end."""
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else None


def write_framed(stream, message: bytes) -> None:
    stream.write(struct.pack(">I", len(message)) + message)
    stream.flush()


def serve() -> None:
    """The first message is the style sheet; each further one a sheet, a NUL and the facts, answered by a PDF or by "!"."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server; our input ends when it ends
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # its warnings quote the text of documents
    source, out = sys.stdin.buffer, sys.stdout.buffer
    style = read_framed(source)
    if style is None:
        return
    renderer = Renderer(style.decode())
    for _ in range(SHEETS):
        sheet = read_framed(source)
        if sheet is None:
            return
        try:
            html, _, facts = sheet.decode().partition("\0")
            answer = renderer.to_pdf(html, facts)
        except Exception as problem:
            answer = b"!" + type(problem).__name__.encode()  # the message may quote the document
        write_framed(out, answer)


if __name__ == "__main__":
    serve()
