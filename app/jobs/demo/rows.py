"""The rows of a copy, its slots filled, its journal chained, what is personal sealed: as the drivers take them."""

from datetime import datetime, timedelta
from hashlib import sha256

from app.cases.find import name_pairs
from app.cases.journal import GENESIS
from app.jobs.demo.copies import Copy
from app.jobs.demo.mould import Mould
from app.jobs.demo.pattern import Frame
from app.sealing import keyring
from app.squeezing import squeezed

_EPOCH = datetime(1970, 1, 1, 8)  # naive, in +08:00
_MICROSECOND = timedelta(microseconds=1)


def rows_of_copy(copy: Copy, sealed: bool = True) -> dict[str, list[tuple]]:
    """Every row by table. Not `sealed`: texts and hashes in clear, to be held against what the verbs wrote."""
    mould = mould_of(copy.frame)
    pool = [*mould.consts, *own(copy, sealed)]
    made = {name: [pick(pool) for pick in rows] for name, rows in mould.pick.items()}
    made["name_pair"] = pairs(copy)
    return made


def mould_of(frame: Frame) -> Mould:
    if frame.mould is None:
        frame.mould = Mould(frame)
    return frame.mould


def pairs(copy: Copy) -> list[tuple[str, int]]:
    """Under which pairs of characters each case of the copy is found."""
    frame = copy.frame
    return [
        (pair, copy.values[frame.words.ids[case_id]])
        for case_id in dict.fromkeys(frame.pattern.paired)
        for pair in sorted(name_pairs(copy.person["name"]))
    ]


def own(copy: Copy, sealed: bool = True) -> list:
    """What the pool of a copy has of its own, in the order of mould.PARTS."""
    mould, values, later = mould_of(copy.frame), copy.values, copy.later
    moments = [at + later for at in mould.moments]
    chain = _chain(mould, moments, values)  # what follows names the hashes of the journal
    texts = [text(values) for text in mould.texts]
    digests = [values[slot] for slot in mould.digests]
    if not sealed:
        secret = [text(values) for text in (*mould.seals, *mould.squeezes)] + [said for _squeezed, said in mould.ready]
        return [*moments, *texts, *digests, *secret, *chain, *values]
    secret = [text(values).encode() for text in mould.seals]
    secret += [squeezed(text(values).encode()) for text in mould.squeezes]
    secret += [ready for ready, _said in mould.ready]
    return [*moments, *texts, *map(_as_bytes, digests), *keyring().seal_all(secret), *map(_as_bytes, chain), *values]


def _chain(mould: Mould, moments: list[int], values: list) -> list[str]:
    """Each row chained to the one before, as journal.write() does it: digest of the facts, hash of the row before, hash."""
    chain, last = [], {}
    for entry in mould.entries:
        digest = entry.digest or sha256(entry.facts(values).encode()).hexdigest()
        previous = last.get(entry.case, GENESIS)
        at = (_EPOCH + moments[entry.at] * _MICROSECOND).isoformat()
        said = f'["{previous}", {entry.before(values)}, "{at}+08:00", {entry.between(values)}, "{digest}", {entry.after(values)}]'
        head = last[entry.case] = sha256(said.encode()).hexdigest()
        chain += (digest, previous, head)
        if entry.short is not None:
            values[entry.short] = head[:8]
        if entry.head is not None:
            values[entry.head] = head
    return chain


def _as_bytes(said: str | None) -> bytes | None:
    return None if said is None else bytes.fromhex(said)
