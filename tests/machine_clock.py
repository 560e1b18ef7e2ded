"""The clock of the machine as a started desk sees it, set as an operator or a dead battery would set it (libfaketime)."""

from pathlib import Path

import libfaketime

LIBRARY = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"


class MachineClock:
    """`settings` are for the started process; `set("-3d")` puts its clock that far from the true time."""

    def __init__(self, folder: Path):
        self._file = folder / "clock"
        self.set("+0")
        self.settings = {
            "LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            # What no operator can set: the time since the machine started. Files keep the times of the kernel.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
        }  # fmt: skip

    def set(self, shift: str) -> None:
        """In one move: the desk must not read half a line."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{shift}\n")
        new.replace(self._file)
