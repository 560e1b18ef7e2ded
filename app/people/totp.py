"""Codes of six digits that change every thirty seconds (RFC 6238, SHA-1), and the words of the sheet behind the QR code."""

import base64
import hmac
import secrets
import struct
from urllib.parse import quote, urlencode

STEP, DIGITS, SKEW = 30, 6, 1  # seconds; digits; steps that a phone's clock may be off


def new_secret() -> str:
    """160 bits, base32, as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack_from('>I', digest, at)[0] & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: str, code: str, seconds: float, after: int) -> int | None:
    """The step whose code this is, near `seconds` since 1970 and later than the last one used; None when there is none."""
    typed, here, found = code.encode(), int(seconds) // STEP, None
    for step in range(here - SKEW, here + SKEW + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), typed) and step > after:
            found = step
    return found


def address(secret: str, login: str, issuer: str) -> str:
    """What the QR code holds."""
    asked = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": STEP}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{asked}"
