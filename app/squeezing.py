"""JSON made short before it is sealed: squeezed with common words, those that our documents and journals use.

Sealed text cannot be squeezed any more, and one document alone has little that repeats: with the words that all of them
share known beforehand, a document takes a sixth, a journal row a fifth. The first byte names the words (decision 0018).
"""

import threading
import zlib
from pathlib import Path

from zstandard import FORMAT_ZSTD1_MAGICLESS as BARE
from zstandard import ZstdCompressionDict, ZstdCompressionParameters, ZstdCompressor, ZstdDecompressor, ZstdError

# Shapes and standing phrases of documents, journal facts and forms; of the sample city, no person and no place. They are never
# changed: what was squeezed with them needs them to be read. Better words come as another file under the next number.
WORDS = {
    1: Path(__file__).with_name("squeezing-1.txt").read_bytes(),  # for deflate; nothing is written with it any more
    2: Path(__file__).with_name("squeezing-2.dict").read_bytes(),  # for zstd; made by bench/squeezing.py
}
NEWEST = max(WORDS)
LEVEL = 3  # level 5 saves 5 % more and takes twice as long

# Set up once: to read the words in takes longer than to squeeze with them. A text tells its length, so that reading takes no
# more memory than that; magic number, number of the words and checksum would say again what the first byte and the seal say.
_HEAD = ZstdCompressionParameters.from_level(LEVEL, format=BARE, write_content_size=1, write_dict_id=0, write_checksum=0)
_WORDS = ZstdCompressionDict(WORDS[NEWEST])
_WORDS.precompute_compress(compression_params=_HEAD)
_SQUEEZE = ZstdCompressor(dict_data=_WORDS, compression_params=_HEAD).compress
_UNSQUEEZE = ZstdDecompressor(dict_data=_WORDS, format=BARE).decompress
_INFLATE = zlib.decompressobj(-zlib.MAX_WBITS, WORDS[1])
_MARK = bytes([NEWEST])
# Neither may be used by two threads at once. One of each with a lock, which is held for microseconds: one of each a thread
# would be 140 kB a thread.
_SQUEEZING, _UNSQUEEZING = threading.Lock(), threading.Lock()


def squeezed(plain: bytes) -> bytes:
    with _SQUEEZING:
        return _MARK + _SQUEEZE(plain)


def unsqueezed(kept: bytes) -> bytes:
    """What squeezed() was given; ValueError when it never made this."""
    try:
        return _BY_NUMBER[kept[0]](kept[1:])
    except (LookupError, zlib.error, ZstdError) as problem:
        raise ValueError(f"not squeezed with words that are here: {problem}") from problem


def _inflated(kept: bytes) -> bytes:
    return _INFLATE.copy().decompress(kept)


def _unsqueezed(kept: bytes) -> bytes:
    with _UNSQUEEZING:
        return _UNSQUEEZE(kept)


_BY_NUMBER = {1: _inflated, 2: _unsqueezed}
