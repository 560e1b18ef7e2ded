"""A sealed file: pieces under AES-GCM, each bound to its place, so that a cut, a swap or a changed byte is named.

Layout: MAGIC, 4 bytes length of the header, header (JSON), then pieces of 4 bytes length and sealed bytes. A piece's nonce is
the header's 7 random bytes, 4 bytes of its number, 1 byte "is the last" (the STREAM construction); the header is authenticated
with every piece.
"""

import base64
import json
import os
import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import RawIOBase
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"ONE-WINDOW-BACKUP-1\n"
PIECE, TAG = 1 << 20, 16
LONGEST_HEADER = 64 * 1024


class Damaged(Exception):
    """The file is not what was once written; the message names the fault for the operator."""


def key_from(backup_key: str, data_keys: str) -> bytes:
    """BACKUP_KEY (base64 of 32 bytes), or a key of its own derived from the newest of DATA_KEYS. ValueError when malformed."""
    if backup_key:
        key = base64.b64decode(backup_key, validate=True)
        if len(key) != 32:
            raise ValueError("BACKUP_KEY must be base64 of 32 bytes")
        return key
    newest = max(data_keys.split(","), key=lambda one: int(one.split(":")[0])).split(":", 1)[1]
    return HKDF(SHA256(), 32, salt=None, info=b"one-window backup").derive(base64.b64decode(newest))


def mark_of(key: bytes) -> str:
    """By which a wrong key is told from damage; says nothing about the key."""
    return sha256(b"one-window key mark" + key).hexdigest()[:12]


class Sealer(RawIOBase):
    """Write to it as to a file; finish() writes the last piece. Everything goes through two buffers: many gigabytes are many
    pieces, and memory got anew for each costs more than to seal it."""

    def __init__(self, target: BinaryIO, key: bytes, header: dict):
        super().__init__()
        self._target, self._cipher, self._number = target, AESGCM(key), 0
        self._plain, self._filled = memoryview(bytearray(PIECE)), 0
        self._sealed = memoryview(bytearray(4 + PIECE + TAG))
        self._prefix = os.urandom(7)
        self._head = json.dumps(header | {"nonce": self._prefix.hex(), "key": mark_of(key)}).encode()
        target.write(MAGIC + struct.pack(">I", len(self._head)) + self._head)

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        rest = memoryview(data)
        while len(rest):
            if self._filled == PIECE:  # only now: the last piece is never empty unless the whole file is
                self._seal(last=False)
            taken = min(len(rest), PIECE - self._filled)
            self._plain[self._filled : self._filled + taken] = rest[:taken]
            self._filled, rest = self._filled + taken, rest[taken:]
        return len(data)

    def finish(self) -> None:
        self._seal(last=True)

    def _seal(self, last: bool) -> None:
        size = self._filled + TAG
        struct.pack_into(">I", self._sealed, 0, size)
        nonce, plain = _nonce(self._prefix, self._number, last), self._plain[: self._filled]
        self._cipher.encrypt_into(nonce, plain, self._head, self._sealed[4 : 4 + size])
        self._target.write(self._sealed[: 4 + size])
        self._number, self._filled = self._number + 1, 0


def header_of(source: BinaryIO) -> tuple[dict, bytes]:
    """The header and its bytes. Raises Damaged for what is no backup of ours."""
    if source.read(len(MAGIC)) != MAGIC:
        raise Damaged("不是本系统的备份文件（开头不对）")
    length = source.read(4)
    if len(length) < 4 or not 0 < struct.unpack(">I", length)[0] <= LONGEST_HEADER:
        raise Damaged("备份文件头损坏（长度不对）")
    head = source.read(struct.unpack(">I", length)[0])
    try:
        header = json.loads(head)
        bytes.fromhex(header["nonce"]), header["key"], header["database"], header["made_at"]
    except (ValueError, KeyError, TypeError) as problem:
        raise Damaged("备份文件头损坏（读不懂）") from problem
    return header, head


def unsealed(source: BinaryIO, key: bytes, seen: Callable[[dict], None] | None = None) -> Iterator[bytes]:
    """The plain pieces in order. Raises Damaged, naming the fault, at the first that is wrong."""
    header, head = header_of(source)
    if header["key"] != mark_of(key):
        raise Damaged("备份是用另一把密钥加密的，请核对 BACKUP_KEY 或 DATA_KEYS")
    if seen:
        seen(header)
    cipher, prefix, number = AESGCM(key), bytes.fromhex(header["nonce"]), 0
    if len(prefix) != 7:
        raise Damaged("备份文件头损坏（随机数不对）")
    while True:
        length = source.read(4)
        if len(length) < 4:
            raise Damaged(f"备份不完整：第 {number + 1} 段之前就断了")
        size = struct.unpack(">I", length)[0]
        if not TAG <= size <= PIECE + TAG:
            raise Damaged(f"备份第 {number + 1} 段损坏（长度不对）")
        sealed = source.read(size)
        if len(sealed) < size:
            raise Damaged(f"备份不完整：第 {number + 1} 段断在中间")
        last = not source.peek(1) if hasattr(source, "peek") else False
        try:
            yield cipher.decrypt(_nonce(prefix, number, last), sealed, head)
        except InvalidTag as problem:
            raise Damaged(_why(cipher, prefix, number, last, sealed, head)) from problem
        if last:
            return
        number += 1


def _why(cipher, prefix: bytes, number: int, last: bool, sealed: bytes, head: bytes) -> str:
    """A piece that opens as (not) the last says that something was cut off or put behind it."""
    try:
        cipher.decrypt(_nonce(prefix, number, not last), sealed, head)
    except InvalidTag:
        return f"备份第 {number + 1} 段损坏（内容或次序被改动）"
    return f"备份不完整：第 {number + 1} 段之后被截去" if last else f"备份末尾多出了内容（第 {number + 1} 段之后）"


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)
