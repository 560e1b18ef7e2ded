"""The page of one step: its form, or the reason why it cannot be taken now."""

from flask import url_for

from app.web.forms import taking
from app.web.fragments import go_to, page

GENERIC = "case/step.html"  # fields and a button; a step that needs more extends it


def step_page(case, offer, form, template: str = GENERIC, **context):
    """`offer` as lifecycle.offer() says it. A step that is not possible shows its reason and no form (403, 409)."""
    if offer.reason:
        status = 409 if offer.mine else 403
        return page(GENERIC, "step", status=status, case=case, offer=offer)
    return page(template, "step", form=form, case=case, offer=offer, **context)


def taken(case_no: str, form, take):
    """The POST of a step: `take()` with what was typed, then back to the case. None when the form is to be shown."""
    if form.validate_on_submit():
        with taking(form):
            take()
            return go_to(url_for("queues.case", case_no=case_no))
    return None
