"""Labels for the folder and each paper: a reader reads them, and what it reads finds the paper."""

import re

import pytest

from app.documents.press import press
from tests import backoffice
from tests.documents.conftest import run

CLERK = "wf-01.clerk"


@pytest.fixture(autouse=True)
def stop_the_press():
    yield
    press().stop()


def test_each_label_is_read_and_leads_to_its_paper(app, desk_of, tmp_path):
    with app.app_context():
        case_no = backoffice.accepted("SJ-001").case_no
    clerk, path = desk_of(CLERK), tmp_path / "labels.pdf"
    address = clerk.get(f"/desk/cases/{case_no}").select_one("a[href$='labels.pdf']")["href"]
    path.write_bytes(clerk.fetch(address).data)
    run("pdftoppm", "-r", "200", "-png", path, tmp_path / "page")
    read = "".join(run("zbarimg", "-q", picture) for picture in sorted(tmp_path.glob("*.png")))
    codes = sorted(re.findall(r"CODE-128:(\S+)", read))
    assert codes[0] == case_no and len(codes) >= 3 and codes[1] == f"{case_no}-01"
    assert case_no in clerk.get(f"/desk/where?q={codes[1]}").get_text()
    assert "Pages:           1" in run("pdfinfo", path)
    desk_of("gh-01.clerk").fetch(address, 404)
