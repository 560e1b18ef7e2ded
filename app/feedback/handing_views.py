"""批量交付: a company's clerk or a community worker collects for many, with one check of who they are."""

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.feedback import handing
from app.feedback.forms import HandOverForm
from app.feedback.views import pages
from app.people.guard import needs
from app.web.forms import answers, taking
from app.web.fragments import go_to, page
from app.web.text import clean


@pages.get("/desk/hand-over")
@pages.post("/desk/hand-over")
@needs("collect", "deliver", "issue")
def hand_over():
    """`?q=` the unit or the person; `?done=` what was handed over just now, to print its receipts."""
    words = clean(request.args.get("q", ""))[:60]
    form, ticked = HandOverForm(), request.form.getlist("case_no")[: handing.MOST]
    if form.validate_on_submit():
        if not ticked:
            form.form_errors.append(_("请勾选要交付的办件。"))
        else:
            with taking(form):
                done = handing.deliver_all(current_user, ticked, **answers(form))
                flash("；".join([_("已交付 %(n)s 件", n=done.count), *(f"{number}：{why}" for number, why in done.refused[:10])]))
                return go_to(url_for("feedback.hand_over", q=words or None, done=done.done[:50]))
    return page("feedback/hand_over.html", "content", form=form, rows=handing.ready_for(current_user, words), words=words,
                ticked=set(ticked), sheets=handing.receipts(current_user, request.args.getlist("done")[:50]))  # fmt: skip
