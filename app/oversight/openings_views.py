"""Who opened whose data: a page for the auditor and the supervisor, and the same as a file."""

import io
import tempfile
from pathlib import Path

from flask import abort, request, send_file
from flask_login import current_user

from app.moments import today
from app.oversight import actions, asked, files
from app.oversight import openings as looks
from app.oversight.forms import ExportForm
from app.oversight.views import pages, places_here
from app.people.guard import needs
from app.web.fragments import page


@pages.get("/oversight/openings")
@needs("supervise", "read_audit")
def openings():
    wanted, before = looks.read(request.args), request.args.get("before", "")
    before = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0
    rows, more = looks.page(current_user, wanted, before)
    here = places_here(asked.read(request.args, current_user)) if current_user.may("supervise") else ()
    return page("oversight/openings.html", "content", wanted=wanted, rows=rows, more=more, before=before, here=here,
                heads=[str(head) for head in looks.HEADS])  # fmt: skip


@pages.post("/oversight/openings.csv")
@needs("supervise", "read_audit")
def export_openings():
    """The rows of the same filters; who took them is written down."""
    if not ExportForm().validate_on_submit():
        abort(404)
    wanted = looks.read(request.form)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openings.csv"
        written = files.write(looks.sheet(current_user, wanted), "csv", path)
        made = io.BytesIO(path.read_bytes())
    actions.note_export(current_user, "openings", "csv", wanted.address, written)
    return send_file(made, mimetype=files.KINDS["csv"], as_attachment=True,
                     download_name=f"个人信息查看记录-{today().isoformat()}.csv")  # fmt: skip
