"""Tables as files: short ones at once, long ones made by the worker while one looks on."""

import io
import tempfile
from pathlib import Path

from flask import abort, request, send_file, url_for
from flask_login import current_user

from app.moments import today
from app.oversight import actions, files
from app.oversight.asked import read
from app.oversight.find import export_for, exports_of
from app.oversight.forms import ExportForm
from app.oversight.tables import TABLES, title_of
from app.oversight.views import pages
from app.people.guard import needs
from app.web.fragments import go_to, page

LONG = 5000  # rows; more than these are not made while a browser waits


@pages.post("/oversight/export/<name>.<kind>")
@needs("supervise")
def export(name: str, kind: str):
    """The whole table behind a page, with the filters of that page; who took it is written down."""
    if name not in TABLES or kind not in files.KINDS or not ExportForm().validate_on_submit():
        abort(404)
    asked, table = read(request.form, current_user), TABLES[name]
    rows = table.count(current_user, asked) if table.count else 0
    if rows > LONG:
        actions.ask_export(current_user, name, title_of(name), kind, asked.period, rows)
        return go_to(url_for("oversight.exports"))
    sheet = table.sheet(current_user, asked)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{kind}"
        written = files.write(sheet, kind, path)
        made = io.BytesIO(path.read_bytes())
    actions.note_export(current_user, name, kind, asked.period, written)
    return send_file(made, mimetype=files.KINDS[kind], as_attachment=True,
                     download_name=f"{sheet.title}-{today().isoformat()}.{kind}")  # fmt: skip


@pages.get("/oversight/exports")
@needs("supervise")
def exports():
    """One's own long exports, with how far they are."""
    jobs = exports_of(current_user)
    going = any(job.state in ("waiting", "running") for job in jobs)
    return page("oversight/exports.html", "jobs", jobs=jobs, going=going, written=files.written)


@pages.get("/oversight/exports/<int:job_id>")
@needs("supervise")
def exported(job_id: int):
    job = export_for(current_user, job_id)
    path = files.path_of(job)
    if job.state != "done" or not path.exists():
        abort(404)
    return send_file(path, mimetype=files.KINDS[job.kind], as_attachment=True,
                     download_name=f"{job.title}-{job.asked_at:%Y-%m-%d}.{job.kind}")  # fmt: skip
