"""Printed samples, made once a run, and the readers that look at them."""

import subprocess
from functools import cache

import pytest

from app.documents.press import press, readable
from app.documents.samples import sample
from app.documents.sheets import to_html

BASE = "https://one-window.example"


def run(*words, data: bytes | None = None) -> str:
    """What a tool says about a file, both streams."""
    done = subprocess.run([str(word) for word in words], input=data, capture_output=True)
    return done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """`printed(kind, variant, **given)`: the path of a sample as PDF."""
    folder = tmp_path_factory.mktemp("printed")
    count = iter(range(10_000))

    def make(kind, variant="normal", **given):
        path, facts = folder / f"{kind}-{next(count)}.pdf", sample(kind, **given)
        path.write_bytes(press().print(to_html(facts, BASE, variant), readable(facts)))
        return path

    once = cache(lambda kind: make(kind))
    yield lambda kind, **given: make(kind, **given) if given else once(kind)
    press().stop()


@pytest.fixture(scope="session")
def text_of():
    """The words of a PDF without the line breaks of its layout."""
    return lambda path: "".join(run("pdftotext", "-layout", path, "-").split())
