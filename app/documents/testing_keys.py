"""The keys of a desk that has none of its own, made once: a root, a test key that calls itself one, a key for time-stamps when no
authority is reachable, and the list of revoked certificates that long-term validation asks for (PAdES B-LT, ETSI EN 319 142-1).
"""

import secrets
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.moments import now

TEST_NAME = "一窗测试签名 TEST"
YEARS = timedelta(days=20 * 365)
A_DAY = timedelta(days=1)


def make(folder: Path) -> None:
    """All of them, as files in the folder."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("一窗本机根证书", root_key, "一窗本机根证书", root_key, ca=True)
    test_key = ec.generate_private_key(ec.SECP256R1())
    test = _certificate(TEST_NAME, test_key, "一窗本机根证书", root_key)
    stamp_key = rsa.generate_private_key(65537, 2048)
    stamp = _certificate("一窗本机时间戳", stamp_key, "一窗本机根证书", root_key, stamps=True)
    _keep(folder / "test.p12", _bundle(test_key, test, root))
    _keep(folder / "stamp.p12", _bundle(stamp_key, stamp, root))
    pem = serialization.Encoding.PEM
    _keep(folder / "root.pem", root.public_bytes(pem) + _nothing_revoked(root, root_key).public_bytes(pem))


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _certificate(words: str, key, issuer: str, issuer_key, *, ca: bool = False, stamps: bool = False):
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(words))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(secrets.randbits(120))
        .not_valid_before(now() - A_DAY)
        .not_valid_after(now() + YEARS)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(_usage(ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(issuer_key, hashes.SHA256())


def _usage(ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca, content_commitment=not ca, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _nothing_revoked(root, key):
    """The root's key is thrown away after this, so the list can never grow: made for as long as the keys."""
    empty = x509.CertificateRevocationListBuilder().issuer_name(root.subject)
    empty = empty.last_update(now() - A_DAY).next_update(now() + YEARS)
    return empty.add_extension(x509.CRLNumber(1), critical=False).sign(key, hashes.SHA256())


def _bundle(key, certificate, root) -> bytes:
    return pkcs12.serialize_key_and_certificates(b"desk", key, certificate, [root], serialization.NoEncryption())


def _keep(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
