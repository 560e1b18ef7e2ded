"""`bin/bench [section …]`: measure, print the table, write bench/latest.json."""

import argparse
import os
import sys
import time

from bench import chart, inside, layers, nodes, pages, paper, peers, soak
from bench.data import SMALL, Postgresql, Sqlite, desk_of
from bench.figures import keep, said
from bench.serve import CLIENT

SECTIONS = {
    "queue": pages.queue,
    "case": pages.case,
    "intake": pages.intake,
    "status": pages.status,
    "search": inside.search,
    "documents": paper.documents,
    "memory": inside.memory_section,
    "audit": inside.audit,
    "nightly": inside.nightly_section,
    "load": inside.load,
    "effort": inside.effort,
    "soak": soak.soak,
    "nodes": nodes.nodes,
    "peers": peers.peers,
    "layers": layers.layers,
}
LONG = {"soak", "nodes", "peers", "layers"}  # only when asked for
ON_THE_SMALL_DESK = {"documents", "effort", "nodes", "peers"}
STORES = {"sqlite": Sqlite, "postgresql": Postgresql}


def main() -> int:
    """0 when everything could be measured, however far from its target."""
    asked = _arguments()
    if asked.list:
        print("\n".join(SECTIONS))
        return 0
    store = STORES[asked.database]()
    small = desk_of(store, SMALL)
    big = desk_of(store, asked.cases) if set(asked.sections) - ON_THE_SMALL_DESK else small
    run = pages.Run(store, small, big, asked.rounds, asked.asks or (60 if asked.quick else 400), asked.quick)
    os.sched_setaffinity(0, CLIENT)
    figures, broken, started = [], 0, time.monotonic()
    try:
        for name in asked.sections:
            try:
                found = SECTIONS[name](run)
            except Exception as problem:  # one section that cannot be measured does not hide the others
                print(f"{name}: {type(problem).__name__}: {problem}", file=sys.stderr)
                broken += 1
                continue
            figures += found
            print(*map(said, found), sep="\n", flush=True)
    finally:
        store.close()
    short = sum(figure.ok is False for figure in figures)
    keep(figures, {"database": store.kind, "cases": asked.cases, "rounds": asked.rounds})
    if asked.chart:
        print(chart.draw(figures, f"{asked.cases:,} cases, {store.kind}", store.kind))
    print(f"{len(figures)} figures, {short} short, {time.monotonic() - started:.0f} s; bench/latest.json")
    return 1 if broken else 0


def _arguments():
    parser = argparse.ArgumentParser("bin/bench", description="How fast the desk is, against floors of the same run.")
    parser.add_argument("sections", nargs="*", metavar="section", help="Default: all. " + " ".join(SECTIONS))
    parser.add_argument("--list", action="store_true", help="Name the sections and stop.")
    parser.add_argument("--quick", action="store_true", help="Fewer requests on a smaller desk: within five minutes.")
    parser.add_argument("--database", choices=STORES, default="sqlite")
    parser.add_argument("--cases", type=int, help="Size of the big desk (default 100,000; with --quick 10,000).")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--asks", type=int, help="Requests a round.")
    parser.add_argument("--chart", action="store_true", help="Draw docs/bench-<database>.svg.")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    asked.sections = asked.sections or [name for name in SECTIONS if name not in LONG]
    asked.cases = asked.cases or (10_000 if asked.quick else 100_000)
    return asked


if __name__ == "__main__":
    sys.exit(main())
