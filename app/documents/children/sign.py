"""Signs PDFs: the only file that knows pyHanko. It runs as a process of its own (signing.py starts it).

The key lives in this process alone; the letters of strangers are set in another one. It says to which level it signed:

B-LT  signature, time-stamp, chain and revocation lists are in the file: it can be validated for years without network
B-T   signature and time-stamp; the chain's revocation lists were not given (SIGNING_CHAIN_FILE)
"""

import asyncio
import functools
import io
import json
import re
from pathlib import Path

import frames
from asn1crypto import crl, pem, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.keys import internal as pyca
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

MEMORY = 1 << 30
OUR_STAMPS = "2.25.190325508431106915431884917066317412853"  # policy: this server's own clock, nobody else's word
TOGETHER = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)


# pyHanko parses the key anew for every signature; checking an RSA key takes longer than signing with it.
serialization.load_der_private_key = functools.cache(serialization.load_der_private_key)


class OurClock(DummyTimeStamper):
    """Time-stamps after RFC 3161 under our own key, with a policy that claims nothing else."""

    def _build_tst_info(self, message_imprint, dt, req):
        made = super()._build_tst_info(message_imprint, dt, req)
        made["policy"] = OUR_STAMPS
        return made


class Signer:
    """The key opened once, used for every sheet."""

    def __init__(self, settings: dict):
        self._settings = settings
        self._signer = _open_key(settings)
        self._roots, self._others, self._lists = _read_chain(settings)
        self.name = _common_name(self._signer.signing_cert)
        self._stamper = _stamper(settings)
        self._level = self._room = None

    def sign(self, pdf: bytes, place: str, number: str, address: str) -> tuple[bytes, str]:
        """The signed file and the level that was reached."""
        if self._level is None:
            self._level = self._find_level()
        return self._sign(pdf, self._level == "B-LT", place, number, address), self._level

    def _find_level(self) -> str:
        """Try on a blank sheet how far the chain reaches, and how much room a signature takes."""
        try:
            tried, level = self._sign(BLANK, True), "B-LT"
        except Exception:
            tried, level = self._sign(BLANK, False), "B-T"
        begin, end = re.search(rb"/ByteRange ?\[0 (\d+) (\d+)", tried).groups()
        self._room = int(end) - int(begin) - 2
        return level

    def _sign(self, pdf: bytes, long_term: bool, place: str = "", number: str = "", address: str = "") -> bytes:
        about = PdfSignatureMetadata(
            field_name="Signature1",
            md_algorithm="sha256",
            location=place or None,
            reason=number or None,
            contact_info=address or None,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=long_term,
            validation_context=self._context() if long_term else None,
            dss_settings=TOGETHER,
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        pdf_signer = PdfSigner(about, signer=self._signer, timestamper=self._stamper)
        return asyncio.run(pdf_signer.async_sign_pdf(writer, bytes_reserved=self._room)).getvalue()

    def _context(self) -> ValidationContext:
        return ValidationContext(
            trust_roots=self._roots, other_certs=self._others, crls=self._lists, allow_fetching=False,
            revocation_mode="require",
        )  # fmt: skip


def _open_key(settings: dict):
    module, token, label = settings["pkcs11"]
    password = settings["password"]
    if module:
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # needs python-pkcs11, only where it is used

        session = open_pkcs11_session(module, token_label=token or None, user_pin=password or None)
        return PKCS11Signer(session, cert_label=label, key_label=label)
    data = Path(settings["key"]).read_bytes()
    opened = SimpleSigner.load_pkcs12_data(data, [], password.encode() or None)
    if opened is None:
        raise ValueError("key")
    return opened


def _read_chain(settings: dict):
    """Trust roots, other certificates and revocation lists: of the centre's own chain, and of what was made here."""
    roots, others, lists = [], [], []
    for path in filter(None, (settings["chain"], settings["here"])):
        for kind, _headers, der in pem.unarmor(Path(path).read_bytes(), multiple=True):
            if kind == "X509 CRL":
                lists.append(crl.CertificateList.load(der))
                continue
            one = x509.Certificate.load(der)
            (roots if one.issuer == one.subject else others).append(one)
    return roots, others, lists


def _stamper(settings: dict):
    """An authority's time-stamps where one is named, else our own clock's under our own key."""
    if settings["stamp_url"]:
        from pyhanko.sign.timestamps import HTTPTimeStamper

        return HTTPTimeStamper(settings["stamp_url"], timeout=5)
    key, certificate, others = pkcs12.load_key_and_certificates(Path(settings["stamp"]).read_bytes(), None)
    store = SimpleCertificateStore()
    store.register_multiple(pyca.translate_pyca_cryptography_cert_to_asn1(one) for one in others)
    return OurClock(
        tsa_cert=pyca.translate_pyca_cryptography_cert_to_asn1(certificate),
        tsa_key=pyca.translate_pyca_cryptography_key_to_asn1(key),
        certs_to_embed=store,
    )


def _common_name(certificate: x509.Certificate) -> str:
    told = certificate.subject.native
    name = told.get("common_name") or told.get("organization_name") or "?"
    return name if isinstance(name, str) else name[-1]


BLANK = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
)
BLANK += (
    b"xref\n0 4\n0000000000 65535 f \n"
    + b"".join(b"%010d 00000 n \n" % BLANK.index(b"%d 0 obj" % n) for n in (1, 2, 3))
    + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(BLANK)
)


_signers: dict[str, Signer] = {}


def sign(message: bytes) -> bytes:
    """A line of JSON {keys, place, number, address} and a PDF → a line of JSON {signed_by, level} and the signed PDF."""
    head, _, pdf = message.partition(b"\n")
    asked = json.loads(head)
    kept = json.dumps(asked["keys"], sort_keys=True)
    signer = _signers.get(kept) or _signers.setdefault(kept, Signer(asked["keys"]))
    signed, level = signer.sign(pdf, asked["place"], asked["number"], asked["address"])
    return json.dumps({"signed_by": signer.name, "level": level}).encode() + b"\n" + signed


def serve() -> None:
    frames.serve(sign, MEMORY)
