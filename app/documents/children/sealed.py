"""Looks into a sealed sheet that somebody brought: its day, its hash, and whether our signature on it is whole. One file a process."""

import asyncio
import io
import json

import frames
import pikepdf
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

MEMORY = 1 << 30
SECONDS = 8
FACTS = "facts.json"


def look(message: bytes) -> bytes:
    """A line of JSON [PEM …] and a PDF → JSON {day, digest, signed_by, ours}. `ours`: of this chain, over the whole file, unchanged."""
    roots, _, data = message.partition(b"\n")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        facts = json.loads(pdf.attachments[FACTS].get_file().read_bytes())
    told = {"day": str(facts["day"]), "digest": str(facts["digest"]), "signed_by": "", "ours": False}
    signatures = PdfFileReader(io.BytesIO(data)).embedded_signatures
    if len(signatures) == 1:
        found = asyncio.run(_examine(signatures[0], _certificates(json.loads(roots))))
        whole = found.intact and found.valid and found.coverage == SignatureCoverageLevel.ENTIRE_FILE
        told["ours"] = whole and found.trusted
        told["signed_by"] = found.signing_cert.subject.native.get("common_name", "") if whole else ""
    return json.dumps(told).encode()


async def _examine(signature, known: list):
    roots, others = [one for one in known if one.issuer == one.subject], [one for one in known if one.issuer != one.subject]
    context = ValidationContext(trust_roots=roots, other_certs=others, allow_fetching=False)
    return await async_validate_pdf_signature(signature, context)


def _certificates(texts: list[str]) -> list:
    found = (part for text in texts for part in pem.unarmor(text.encode(), multiple=True))
    return [x509.Certificate.load(der) for kind, _headers, der in found if kind == "CERTIFICATE"]


def serve() -> None:
    frames.serve(look, MEMORY, SECONDS)
