"""JSON made short before it is sealed: deflated with a common dictionary of what our documents and journals say.

Sealed text cannot be squeezed any more, and one document alone has little that repeats: with the words that all of them
share known beforehand, a document takes half, a journal row a third. The first byte names the dictionary.
"""

import zlib
from pathlib import Path

# Shapes and standing phrases of documents, journal facts and forms; of the sample city, no person and no place. It is never
# changed: what was squeezed with it needs it to be read. Better words come as a second file under the next number.
WORDS = {1: Path(__file__).with_name("squeezing-1.txt").read_bytes()}
NEWEST = max(WORDS)
LEVEL = 3  # level 6 is a fifth slower and saves 3 %

# Set up once and copied: to read the dictionary in takes longer than to squeeze with it.
_SQUEEZE = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY, WORDS[NEWEST])
_UNSQUEEZE = {number: zlib.decompressobj(-zlib.MAX_WBITS, words) for number, words in WORDS.items()}
_MARK = bytes([NEWEST])


def squeezed(plain: bytes) -> bytes:
    made = _SQUEEZE.copy()
    return _MARK + made.compress(plain) + made.flush()


def unsqueezed(kept: bytes) -> bytes:
    """What squeezed() was given; zlib.error or KeyError when it never made this."""
    return _UNSQUEEZE[kept[0]].copy().decompress(kept[1:])
