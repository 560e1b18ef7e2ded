"""Personal data at rest: sealed with AES-GCM under a numbered key, found again by a keyed hash."""

import base64
import hmac
import json
import os
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, current_app
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from app.squeezing import squeezed, unsqueezed

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # kept: json.dumps() makes a new one each time


class Keyring:
    """Keys by number; the highest number seals, every number opens (rotation)."""

    def __init__(self, data_keys: str, lookup_key: str):
        """`data_keys`: "1:<base64 of 32 bytes>,2:…"; `lookup_key`: base64. ValueError when malformed."""
        parts = (part.split(":", 1) for part in data_keys.split(","))
        self._keys = {int(number): AESGCM(base64.b64decode(key)) for number, key in parts}
        newest = max(self._keys)
        self._mark, self._seal = bytes([newest]), self._keys[newest].encrypt
        self._lookup = base64.b64decode(lookup_key)

    def seal(self, plain: bytes) -> bytes:
        """One byte of key number, 12 of nonce, then the sealed text with its tag."""
        nonce = os.urandom(12)
        return self._mark + nonce + self._seal(nonce, plain, None)

    def seal_all(self, plains: list[bytes]) -> list[bytes]:
        """The same for many, their nonces drawn at once."""
        drawn, mark, seal = os.urandom(12 * len(plains)), self._mark, self._seal
        nonces = [drawn[at : at + 12] for at in range(0, len(drawn), 12)]
        return [mark + nonce + seal(nonce, plain, None) for nonce, plain in zip(nonces, plains, strict=True)]

    def open(self, sealed: bytes) -> bytes:
        return self._keys[sealed[0]].decrypt(sealed[1:13], sealed[13:], None)

    @property
    def newest(self) -> int:
        """The number of the key that seals."""
        return self._mark[0]

    def again(self, sealed: bytes) -> bytes:
        """The same under the newest key. KeyError when the key it is under is not here, InvalidTag when it was altered."""
        return self.seal(self.open(sealed))

    def lookup(self, kind: str, value: str) -> str:
        """The keyed hash under which an exact value is found: HMAC-SHA256, 32 hex characters."""
        message = f"{kind}:{value}".encode()
        return hmac.digest(self._lookup, message, "sha256").hex()[:32]


def init_app(app: Flask) -> None:
    app.extensions["keyring"] = Keyring(app.config["DATA_KEYS"], app.config["LOOKUP_KEY"])


def keyring() -> Keyring:
    return current_app.extensions["keyring"]


def lookup(kind: str, value: str | None) -> str | None:
    """The keyed hash of a value, or None for nothing. `kind` keeps an ID from matching a phone."""
    return keyring().lookup(kind, value) if value else None


class SealedBytes(TypeDecorator):
    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else keyring().seal(value)

    def process_result_value(self, value, dialect):
        return None if value is None else keyring().open(bytes(value))


class Sealed(SealedBytes):
    """A text, sealed."""

    cache_ok = True

    def process_bind_param(self, value, dialect):
        return super().process_bind_param(None if value is None else value.encode(), dialect)

    def process_result_value(self, value, dialect):
        opened = super().process_result_value(value, dialect)
        return None if opened is None else opened.decode()


class SealedJSON(SealedBytes):
    """A JSON value, squeezed and sealed. Assign a new value to change it: inner changes are not noticed."""

    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        return super().process_bind_param(squeezed(_JSON.encode(value).encode()), dialect)

    def process_result_value(self, value, dialect):
        opened = super().process_result_value(value, dialect)
        return None if opened is None else _read(opened)


def _read(opened: bytes):
    return json.loads(unsqueezed(opened).decode())  # of bytes json would first guess what they are


class Closed(Mapping):
    """The dict of a sealed cell, opened when somebody first looks into it: most of forty rows of a page are only passed on."""

    __slots__ = ("opened", "sealed")

    def __init__(self, sealed: bytes):
        self.sealed, self.opened = sealed, None

    def _inside(self) -> dict:
        if self.opened is None:
            self.opened = _read(keyring().open(self.sealed))
        return self.opened

    def __getitem__(self, name):
        return self._inside()[name]

    def __iter__(self):
        return iter(self._inside())

    def __len__(self) -> int:
        return len(self._inside())


class ClosedJSON(TypeDecorator):
    """A column of SealedJSON for who only reads, and perhaps none of it."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value, dialect):
        return None if value is None else Closed(bytes(value))


class Digest(TypeDecorator):
    """A hash or keyed hash, in hexadecimal for us and half as long, as bytes, in the table and its indexes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, str) else value.hex()  # a text is somebody else's: it fits nothing
