"""From HTML to PDF: the only file that knows WeasyPrint. It runs as a process of its own (press.py starts it).

It reads sheets from standard input and writes PDFs to standard output, each behind its length in four bytes. It
fetches nothing but the data: pictures that codes.py drew, may open few files and write none, and ends when its
input ends.
"""

import gc
import logging
import resource
import signal
import struct
import sys

import pydyf
from weasyprint import CSS, HTML, Attachment
from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.urls import URLFetcher

MEMORY = 2 << 30  # bytes of address space; the CJK font collections are mapped, not read
FACTS = "facts.json"
SHEETS = 400  # then a fresh process: memory stays flat

NOT_DRAWN = (b"BASE", b"DSIG", b"GDEF", b"GPOS", b"GSUB", b"OS/2", b"VORG", b"cmap", b"name", b"vhea", b"vmtx")

_whole_subset = fonts.Font._harfbuzz_subset


class OnlyOurPictures(URLFetcher):
    """Refuses every address but an inline SVG; text that looks like an address never becomes one anyway."""

    def fetch(self, url, headers=None):
        if not url.startswith("data:image/svg+xml;base64,"):
            raise ValueError(f"A document may not fetch {url[:80]}")
        return super().fetch(url, headers)


def _compact_subset(font: fonts.Font, to_unicode: dict, hinting: bool) -> None:
    """Subset a CFF font to the outlines of the glyphs that are drawn, without holes for those left out.

    WeasyPrint keeps glyph ids, and 40,000 empty glyphs cost 78 kB a weight that does not compress. The character
    collection of a CID-keyed font names its glyphs anyway (PDF 32000-1, 9.7.4.2), so the holes are not needed. The
    text is shaped already: with the layout tables every glyph would bring its alternates, a third of the bytes.
    """
    if font.file_content[:4] not in (b"OTTO", b"ttcf"):
        _whole_subset(font, to_unicode, hinting)
        font.file_content = bytes(font.file_content)
        return
    plan = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    dropped = (harfbuzz.hb_tag_from_string(name, -1) for name in NOT_DRAWN)
    _fill(harfbuzz_subset.hb_subset_input_set(plan, harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG), dropped)
    _fill(harfbuzz_subset.hb_subset_input_glyph_set(plan), to_unicode)
    flags = harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE | harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
    if font.missing:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NOTDEF_OUTLINE
    harfbuzz_subset.hb_subset_input_set_flags(plan, flags)
    face = ffi.gc(harfbuzz_subset.hb_subset_or_fail(font.hb_face, plan), harfbuzz.hb_face_destroy)
    font.file_content = get_hb_object_data(face) if face else bytes(font.file_content)


def _fill(numbers, wanted) -> None:
    ordered = sorted(wanted)
    harfbuzz.hb_set_add_sorted_array(numbers, ffi.new("hb_codepoint_t[]", ordered), len(ordered))


def _where_it_lies(face, *_others):
    """A font's file where it is mapped: WeasyPrint copies all of it, 25 MB a weight, for every sheet."""
    length = ffi.new("unsigned int *")
    blob = harfbuzz.hb_face_reference_blob(face)
    data = ffi.gc(harfbuzz.hb_blob_get_data(blob, length), lambda _data: harfbuzz.hb_blob_destroy(blob))
    return ffi.buffer(data, length[0])


fonts.Font._harfbuzz_subset = _compact_subset
fonts.get_hb_object_data = _where_it_lies


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
    gc.freeze()  # what was loaded stays: looking through it again and again costs a seventh of every sheet
    gc.set_threshold(50_000)
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
