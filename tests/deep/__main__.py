"""`bin/check-deep [section …]`: runs the sections, prints one table, and ends with 1 when a figure is not fine."""

import importlib
import pkgutil
import sys
import time

from rich.console import Console
from rich.table import Table

from tests import deep

SECTIONS = sorted(found.name for found in pkgutil.iter_modules(deep.__path__) if not found.name.startswith("_"))


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - set(SECTIONS):
        print(f"No section {', '.join(sorted(unknown))}; there are: {' '.join(SECTIONS)}", file=sys.stderr)
        return 2
    table, all_fine = Table("section", "figure", "value", "", "seconds"), True
    for name in wanted or SECTIONS:
        began = time.monotonic()
        for what, value, fine in importlib.import_module(f"tests.deep.{name}").main():
            print(f"{name}: {what}: {value}{'' if fine else '  SHORT'}", file=sys.stderr, flush=True)  # the table comes last
            table.add_row(name, what, str(value), "ok" if fine else "SHORT", f"{time.monotonic() - began:.0f}")
            all_fine &= bool(fine)
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    return 0 if all_fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
