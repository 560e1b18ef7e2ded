"""Many slips at once: what came with one courier is taken in one go, what lies packed goes with one."""

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.cases.batch import Done
from app.custody import actions
from app.custody.forms import SendForm
from app.custody.views import pages
from app.people.guard import staff_only
from app.web.forms import ConfirmForm
from app.web.fragments import go_to

MOST = 100


@pages.post("/slips/take-ticked")
@staff_only
def take_ticked():
    if ConfirmForm().validate_on_submit():
        done = actions.take_all(current_user, _ticked())
        flash(_told(_("接收 %(n)s 张交接单", n=done.count), done))
    return go_to(url_for("custody.slips"))


@pages.post("/slips/send-ticked")
@staff_only
def send_ticked():
    form = SendForm()
    if form.validate_on_submit():
        done = actions.send_all(current_user, _ticked(), form.carrier_name.data)
        flash(_told(_("交出 %(n)s 张交接单", n=done.count), done))
    else:
        flash(_("请写明物料流转员姓名。"))
    return go_to(url_for("custody.slips"))


def _ticked() -> list[str]:
    return request.form.getlist("slip_no")[:MOST]


def _told(first: str, done: Done) -> str:
    return "；".join([first, *(f"{number}：{why}" for number, why in done.refused[:10])])
