"""What was kept is on the disk, also when the kernel takes the disk out of service at that moment."""

import io
import os
import subprocess
import threading
import time
from contextlib import suppress

import pytest

from app import disks
from tests.deep._house import can_mount, disk

ROUNDS, WRITERS = 5, 6  # an fsync() alone loses something in two of five rounds


@pytest.fixture
def disks_of_our_own():
    """A container's root may have the devices and not the right."""
    try:
        if can_mount() and os.access("/sys/fs/ext4", os.W_OK):
            with disk(8):
                return
    except (OSError, subprocess.SubprocessError):
        pass
    pytest.skip("needs root, loop devices and /sys; the long form is bin/check-deep disk")


def test_asking_changes_nothing(tmp_path):
    for content in (b"", b"\0", b"kept"):
        with open(tmp_path / "file", "w+b") as file:
            file.write(content)
            disks.keep(file)
            disks.keep_name(file, tmp_path)
        assert (tmp_path / "file").read_bytes() in (content, content or b"\0")  # room for a first byte


def test_what_has_no_disk_under_it_is_not_asked(tmp_path):
    reading, writing = os.pipe()
    with open(writing, "wb") as file:
        disks.must_take(file)
    os.close(reading)
    with pytest.raises((io.UnsupportedOperation, OSError)):
        disks.keep(io.BytesIO())


def test_a_full_disk_says_nothing_about_what_it_has_taken(disks_of_our_own):
    with disk(16) as place, open(place.folder / "door", "ab") as door:
        with pytest.raises(OSError, match="No space"), open(place.folder / "ballast", "wb", buffering=0) as ballast:
            while ballast.write(bytes(4096)):
                pass
        disks.must_take(door)


def test_what_was_kept_is_there_after_the_kernel_gave_the_disk_up(disks_of_our_own):
    for turn in range(ROUNDS):
        with disk(64, "errors=remount-ro") as place:
            kept: list[int] = [0] * WRITERS
            writers = [threading.Thread(target=_write, args=(place.folder / str(n), kept, n)) for n in range(WRITERS)]
            for writer in writers:
                writer.start()
            time.sleep(0.1 + turn / 20)
            place.give_up()
            for writer in writers:
                writer.join()
            place.unmount()
            place.mount()
            for n, size in enumerate(kept):
                assert (place.folder / str(n)).read_bytes()[:size] == _bytes(n, size)
                assert size


def _write(name, kept: list[int], n: int) -> None:
    """Append and keep until the disk says no; `kept` has what it was said to have taken."""
    with open(name, "w+b") as file:
        while kept[n] < 8 << 20:
            try:
                file.write(_bytes(n, kept[n] + 8240)[kept[n]:])
                disks.keep(file)
            except OSError:
                break
            kept[n] += 8240
        with suppress(OSError):
            file.close()


def _bytes(n: int, size: int) -> bytes:
    return bytes([n + 1]) * size
