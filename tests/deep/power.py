"""F2: the power is cut (ext4 on a loop mount, shut down without flushing) while eight clerks save, scans and documents included.

kill -9 does not show this: what the kernel still holds survives a kill and not a cut.
"""

import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.extensions import db
from tests.databases import Databases
from tests.deep._clerks import Crew
from tests.deep._house import DATABASES, can_mount, disk, end, house, start, until_answers

CUTS = int(os.environ.get("DESK_POWER_CUTS") or 11)  # on each database
SIZE = {"sqlite": 256, "postgresql": 700}  # MB
WORK = (2.0, 6.0)  # seconds before each cut


def main() -> Iterator[tuple[str, object, bool]]:
    if not can_mount():
        yield "power cuts", "needs root and loop devices: not run", False
        return
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        with disk(SIZE[kind]) as place, house(databases, kind, place.folder) as (app, folder, server):
            yield from _cut(app, kind, folder, server, place)


def _cut(app, kind: str, folder: Path, server, place) -> Iterator[tuple[str, object, bool]]:
    dice, cuts, lost, crew = random.Random(2), 0, [], None
    while cuts < CUTS:
        desk = start(app, folder).is_open()
        if crew is None:
            crew = Crew(app, f"http://127.0.0.1:{desk.port}")
        crew.url = f"http://127.0.0.1:{desk.port}"
        crew.begin()
        crew.wait_for_an_answer(time.monotonic())
        until_answers(desk)
        time.sleep(dice.uniform(*WORK))
        acknowledged = crew.told.so_far()  # what is answered while the power goes nobody sees
        place.cut_the_power()
        crew.end()
        crew.told = acknowledged
        end(desk)
        if server:
            server.kill()
        with app.app_context():
            db.engine.dispose()
        place.unmount()
        place.mount()
        if server:
            server.start()
        cuts += 1
        lost += crew.missing()
    yield f"power cuts, {kind}", cuts, cuts >= CUTS
    told = crew.told
    yield f"acknowledged writes, {kind}", f"{told.writes}, {len(told.cases)} cases with scans, {len(told.sheets)} sheets", bool(told.cases and told.sheets)
    yield f"lost, twice or unproved, {kind}", lost[:5] or 0, not lost
