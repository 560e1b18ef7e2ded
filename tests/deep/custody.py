"""Papers of fifty cases packed, sent, lost, found and given back at random between six offices, on both databases.

The account of every case, office and centre is closed after each move, and the journal alone says where each paper is.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.custody.test_random_moves import walk
from tests.databases import KINDS, Databases

WALKS, MOVES = int(os.environ.get("DESK_WALKS", "10")), 400


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in KINDS:
        made, open_accounts = Counter(), []
        for seed in range(100, 100 + WALKS):
            with databases.fresh(kind, Path(tempfile.mkdtemp())) as app, app.app_context():
                try:
                    made.update(walk(seed, MOVES))
                except AssertionError as problem:
                    open_accounts.append(f"seed {seed}: {problem}"[:200])
        yield f"moves made, of {len(made)} kinds, {kind}", made.total(), len(made) >= 10
        yield f"walks after which an account did not close, of {WALKS}, {kind}", open_accounts or 0, not open_accounts
