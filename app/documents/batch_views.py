"""批量出证: tick, start, watch, print."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.documents import batch
from app.documents.forms import BatchForm, PrintForm
from app.documents.views import pages
from app.people.guard import needs
from app.refusals import NotThere
from app.web.forms import taking
from app.web.fragments import go_to, page
from app.web.headers import printable


@pages.get("/documents/batch")
@pages.post("/documents/batch")
@needs("issue")
def batches():
    form = BatchForm()
    if form.validate_on_submit():
        with taking(form):
            job = batch.start_batch(current_user, request.form.getlist("case_no"))
            return go_to(url_for("documents.one_batch", job_id=job.id))
    ready, jobs = batch.ready_cases(current_user), batch.jobs_of(current_user)
    return page("register/batches.html", "content", form=form, ready=ready, jobs=jobs,
                ticked=set(request.form.getlist("case_no")))  # fmt: skip


@pages.get("/documents/batch/<int:job_id>")
@needs("issue")
def one_batch(job_id: int):
    """How far it is. The poll hears 204 while nothing has changed."""
    job, counts = batch.job_of(current_user, job_id), batch.progress(job_id)
    seen = f"{job.state}-{counts['done']}-{counts['failed']}-{counts['issued']}"
    if request.args.get("poll") == "1" and request.args.get("seen") == seen:
        return "", 204
    return page("register/batch.html", "progress", job=job, counts=counts, all=sum(counts.values()), seen=seen,
                items=batch.items_of(job_id), form=PrintForm())  # fmt: skip


@pages.post("/documents/batch/<int:job_id>/print")
@needs("issue")
def print_batch(job_id: int):
    """To the printer: every document in it has been printed once more."""
    batch.print_all(current_user, job_id)
    return go_to(url_for("documents.batch_pdf", job_id=job_id))


@pages.get("/documents/batch/<int:job_id>.pdf")
@needs("issue")
def batch_pdf(job_id: int):
    job = batch.job_of(current_user, job_id)
    if job.pdf is None:
        raise NotThere(_("这一批还没有可以打印的文书。"))
    return printable(job.pdf, f"batch-{job_id}.pdf")
