"""Tables as files: whole, text and never formulas, written down who took them; long ones by the worker."""

import csv
import io
import zipfile
from datetime import date

import pytest

from app.extensions import db
from app.jobs import exports
from app.oversight import actions, export_views, files
from app.oversight.models import ExportJob
from app.oversight.sheets import Sheet, percentile, plain
from app.oversight.tables import TABLES
from app.people.models import DeskEvent
from tests import backoffice, sample

SUPERVISOR = "wf-01.supervisor"
MONTH = {"since": "2026-11-01", "until": "2026-11-30"}


@pytest.fixture
def busy(inside, clock):
    clock("2026-11-02 09:00")
    return backoffice.accepted("CG-002", 1), backoffice.received("SJ-001", 2)


def csv_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_every_table_leaves_as_csv_and_as_xlsx(busy, desk_of):
    supervisor = desk_of(SUPERVISOR)
    for name in TABLES:
        answer = supervisor.post(f"/oversight/export/{name}.csv", MONTH, 200, page="/oversight/register")
        assert len(csv_of(answer)[0]) >= 2, name
        assert "attachment" in answer.headers["Content-Disposition"]
        answer = supervisor.post(f"/oversight/export/{name}.xlsx", MONTH, 200, page="/oversight/register")
        book = zipfile.ZipFile(io.BytesIO(answer.data))
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode(), name
    rows = csv_of(supervisor.post("/oversight/export/register.csv", MONTH, 200, page="/oversight/register"))
    assert [row[0] for row in rows[1:]] == [case.case_no for case in busy]
    assert rows[1][3] == "王**", "names are masked"
    supervisor.post("/oversight/export/nothing.csv", MONTH, 404, page="/oversight/register")
    supervisor.post("/oversight/export/register.exe", MONTH, 404, page="/oversight/register")


def test_an_export_is_the_supervisors_and_is_written_down(busy, desk_of):
    desk_of("wf-01.clerk").post("/oversight/export/register.csv", MONTH, 403, page="/desk")
    desk_of(SUPERVISOR).post("/oversight/export/register.csv", MONTH | {"item": "CG-002"}, 200, page="/oversight/register")
    event = db.session.scalars(db.select(DeskEvent).filter_by(action="export")).one()
    assert (event.actor_name, event.subject, event.facts["rows"], event.facts["item"]) == (
        sample.actor(SUPERVISOR).name, "register.csv", 1, "CG-002")  # fmt: skip


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_only_text(value, tmp_path):
    assert plain(value) == f"'{value}"
    assert plain(-1) == "'-1" and plain(None) == "" and plain(date(2026, 11, 2)) == "2026-11-02"


def test_a_formula_in_a_name_stays_a_name(tmp_path):
    sheet = Sheet("x", "=危险[表]", ("=名",), [("=cmd|' /C calc'!A0",), ("王",)])
    files.write(sheet, "xlsx", tmp_path / "x.xlsx")
    strings = zipfile.ZipFile(tmp_path / "x.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in strings and "'=cmd" in strings
    files.write(sheet, "csv", tmp_path / "x.csv")
    assert "'=cmd" in (tmp_path / "x.csv").read_text("utf-8-sig")


def test_a_long_export_is_made_by_the_worker_and_fetched_by_its_owner(busy, desk_of, monkeypatch):
    monkeypatch.setattr(export_views, "LONG", 1)
    supervisor = desk_of(SUPERVISOR)
    answer = supervisor.post("/oversight/export/register.csv", MONTH, page="/oversight/register")
    assert answer.location == "/oversight/exports"
    job = db.session.scalars(db.select(ExportJob)).one()
    address = f"/oversight/exports/{job.id}"
    assert "排队中" in supervisor.get("/oversight/exports").get_text()
    supervisor.get("/oversight/exports", part=True)
    supervisor.fetch(address, 404)
    assert (exports.make_all(), exports.make_all()) == (1, 0)
    answer = supervisor.fetch(address)
    rows = csv_of(answer)
    answer.close()
    assert [row[0] for row in rows[1:]] == [case.case_no for case in busy]
    desk_of("gh-01.supervisor").fetch(address, 404)


def test_an_export_that_fails_says_so(busy, monkeypatch):
    job = actions.ask_export(sample.actor(SUPERVISOR), "nothing", "无", "csv", MONTH, 9000)
    exports.make_all()
    db.session.rollback()
    assert db.session.get(ExportJob, job.id).state == "failed"


def test_the_ninetieth_percentile_is_the_nearest_rank():
    assert [percentile(list(range(1, 11)), share) for share in (0.5, 0.9, 1.0)] == [5, 9, 10]
    assert (percentile([7], 0.9), percentile([], 0.5)) == (7, None)
