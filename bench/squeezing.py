"""Makes the words of app/squeezing.py from stories of the sample city: `.venv/bin/python -m bench.squeezing FILE`, some minutes.

What it learns from says nothing of a person or a place: names become 某某, numbers, days, codes and hashes other ones of the
same length, so that what stands between them is as often and as long as it will be. Run again it makes words as good, not
the same bytes: the stories begin on other days.
"""

import json
import re
import sys
from pathlib import Path
from random import Random

import yaml
import zstandard
from sqlalchemy import select

from app.extensions import db
from app.jobs import demo
from app.jobs.demo import people
from app.jobs.demo.bulk import Bulk
from app.jobs.serve import SAMPLE_CITY
from app.sealing import SealedJSON
from app.squeezing import LEVEL
from bench.data import Sqlite, furnish, inside

CASES, STORIES, SEED = 9_000, 300, 2  # the desks that are measured tell the stories of other seeds
TRIES = 24  # they differ by a twentieth, by the order in which the texts come
SIZE, SEGMENT, SHORTEST = 65_536, 400, 8  # half as large costs 17 bytes a document, half as large again gains one
MOST = {"document.facts": 12_000, "journal_entry.facts": 22_000}  # texts of a column; of the others, which are rarer:
OF_OTHERS = 2_000
CODE, HEX, DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "0123456789abcdef", "0123456789"
PERSON = f"[{people.FAMILY}][{people.GIVEN}]{{1,2}}|[{demo.FAMILY_NAMES}][{demo.GIVEN_NAMES}]{{1,2}}"


def main(file: Path) -> None:
    desk = Sqlite().kept("words")
    if not (desk.folder / "ready").exists():
        with inside(desk):
            furnish()
            list(Bulk(CASES, SEED, CASES // 11, stories=STORIES).run())
        (desk.folder / "ready").touch()
    dice, own = Random(SEED), _own()
    with inside(desk):
        said = [own.sub(lambda found: _another(found, dice), text).encode() for text in _texts(dice)]
    file.write_bytes(min((_learned(said, dice) for _try in range(TRIES)), key=lambda words: _squeezed(said, words)))


def _learned(said: list[bytes], dice: Random) -> bytes:
    dice.shuffle(said)  # what stands together is taken for much of the same
    return zstandard.train_dictionary(SIZE, said, k=SEGMENT, d=SHORTEST, level=LEVEL, steps=1).as_bytes()


def _squeezed(said: list[bytes], words: bytes) -> int:
    """Bytes of every tenth text."""
    squeezer = zstandard.ZstdCompressor(LEVEL, zstandard.ZstdCompressionDict(words), write_content_size=False)
    return sum(len(squeezer.compress(text)) for text in said[::10])


def _texts(dice: Random) -> list[str]:
    """Some of every sealed JSON there is, as SealedJSON writes it."""
    found = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedJSON):
                values = list(db.session.scalars(select(column).where(column.is_not(None))))
                some = dice.sample(values, min(len(values), MOST.get(str(column), OF_OTHERS)))
                found += [json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in some]
    return found


def _own() -> re.Pattern:
    """What belongs to one person, place, case or day."""
    city = yaml.safe_load((SAMPLE_CITY / "organisation.yaml").read_text())
    above = [city["city"]["name"], *(city["city"][one]["name"] for one in ("prefecture", "province"))]
    named = [re.split("街道|镇|乡|水族", place["name"])[0] for key in ("streets", "townships") for place in city[key]]
    places = [*city["document_codes"].values(), *above, *(name[:2] for name in above), *named, *people.STREETS]
    return re.compile("|".join((
        f'(?P<person>(?<=["例])(?:{PERSON})(?=["（物]))',
        f"(?P<place>{'|'.join(sorted(set(places), key=len, reverse=True))})",
        f"(?P<id>{'|'.join(place['id'] for place in city['streets'])})",
        "(?P<code>[0-9A-Z]{4}-[0-9A-Z]{5}-[0-9A-Z]{5})",
        '(?P<hash>(?<=")[0-9a-f]{8}(?="))',
        r"(?P<digits>\d{5,}|(?<=\*)\d{4}|(?<=\d{4}-\d\d-)\d\d|(?<=月)\d\d?(?=日)|(?<=\d\d:)\d\d)",
    )))  # fmt: skip


def _another(found: re.Match, dice: Random) -> str:
    kind, said = found.lastgroup, found[0]
    if kind in ("person", "place"):
        return "某" * len(said)
    if kind == "id":
        return "x" * len(said)
    signs = {"code": CODE, "hash": HEX, "digits": DIGITS}[kind]
    return "".join("-" if sign == "-" else dice.choice(signs) for sign in said)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
