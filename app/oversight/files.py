"""Sheets as files: CSV that a spreadsheet opens in Chinese, XLSX whose cells are text and never formulas."""

import csv
from collections.abc import Callable
from pathlib import Path

from flask import current_app

from app.oversight.models import ExportJob
from app.oversight.sheets import Sheet, plain

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EACH = 1000  # rows between two signs of progress
WIDTH = 18


def write(sheet: Sheet, kind: str, path: Path, progress: Callable[[int], None] = lambda written: None) -> int:
    """The rows as they come, never all of them in memory. Returns how many were written."""
    return {"csv": _write_csv, "xlsx": _write_xlsx}[kind](sheet, path, progress)


def path_of(job: ExportJob) -> Path:
    folder = Path(current_app.config["DATA_DIR"]) / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{job.id}.{job.kind}"


def progress_of(job: ExportJob) -> Path:
    """How far it is, beside the file: a note in the database would end the transaction that reads the rows."""
    return path_of(job).with_suffix(".progress")


def written(job: ExportJob) -> int:
    note = progress_of(job)
    return int(note.read_text() or 0) if job.state == "running" and note.exists() else job.written


def _write_csv(sheet: Sheet, path: Path, progress) -> int:
    written = 0
    with path.open("w", newline="", encoding="utf-8-sig") as file:  # the mark makes spreadsheets read UTF-8
        out = csv.writer(file)
        out.writerow([plain(head) for head in sheet.heads])
        for written, row in enumerate(sheet.rows, start=1):
            out.writerow([plain(value) for value in row])
            if written % EACH == 0:
                progress(written)
    return written


def _write_xlsx(sheet: Sheet, path: Path, progress) -> int:
    import xlsxwriter  # only the worker writes sheets; no web process need carry it

    written = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet(_tab(sheet.title))
        bold = book.add_format({"bold": True, "bottom": 1})
        page.set_column(0, len(sheet.heads) - 1, WIDTH)
        page.freeze_panes(1, 0)
        for column, head in enumerate(sheet.heads):
            page.write_string(0, column, plain(head), bold)
        for written, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                page.write_string(written, column, plain(value))
            if written % EACH == 0:
                progress(written)
    return written


def _tab(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\")[:31]
