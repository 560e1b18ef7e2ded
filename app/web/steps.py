"""The page of one step: its form, or the reason why it cannot be taken now."""

from app.web.fragments import page

GENERIC = "case/step.html"  # fields and a button; a step that needs more extends it


def step_page(case, offer, form, template: str = GENERIC, **context):
    """`offer` as lifecycle.offer() says it. A step that is not possible shows its reason and no form (403, 409)."""
    if offer.reason:
        status = 409 if offer.mine else 403
        return page(GENERIC, "step", status=status, case=case, offer=offer)
    return page(template, "step", form=form, case=case, offer=offer, **context)
