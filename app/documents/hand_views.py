"""手工收件凭证: reserve a block, print it, see what became of each number, void what is spoiled."""

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.documents import hand, register
from app.documents.forms import BlockForm, VoidSlipForm
from app.documents.views import pages
from app.people.find import desk, office
from app.people.guard import needs
from app.web.forms import answers, taking
from app.web.fragments import go_to, page
from app.web.headers import printable

SEES = ("receive", "supervise", "read_audit")


def _mine() -> set[str]:
    return register.offices_seen(current_user) | {current_user.office_id}


@pages.get("/desk/hand-receipts")
@pages.post("/desk/hand-receipts")
@needs(*SEES)
def hand_receipts():
    """The blocks of my counters; reserving the next one."""
    form = BlockForm()
    if form.validate_on_submit():
        with taking(form):
            block = hand.reserve(current_user, int(form.count.data))
            return go_to(url_for("documents.hand_receipt", hand_no=block[:12]))
    return page("register/hand.html", "content", form=form, blocks=hand.blocks(_mine()), skipped=hand.skipped(_mine()),
                office=office, desk=desk)  # fmt: skip


@pages.get("/desk/hand-receipts/<hand_no>")
@needs(*SEES)
def hand_receipt(hand_no: str):
    """One slip and the block it belongs to, number by number."""
    return _one(hand_no, VoidSlipForm())


@pages.get("/desk/hand-receipts/<hand_no>/void")
@pages.post("/desk/hand-receipts/<hand_no>/void")
@needs("receive")
def void_hand_receipt(hand_no: str):
    form = VoidSlipForm()
    if form.validate_on_submit():
        with taking(form):
            hand.void(current_user, hand_no, **answers(form))
            return go_to(url_for("documents.hand_receipt", hand_no=hand_no))
    return _one(hand_no, form)


@pages.get("/desk/hand-receipts/<hand_no>.pdf")
@needs("receive")
def hand_pdf(hand_no: str):
    """The blank slips of the block, to be laid into the drawer."""
    slip = hand.slip_for({current_user.office_id}, hand_no)
    return printable(hand.printed(slip), f"{slip.number}.pdf")


def _one(hand_no: str, form):
    slip = hand.slip_for(_mine(), hand_no)
    mine = slip.office_id == current_user.office_id and current_user.may("receive")
    return page("register/hand_block.html", "content", form=form, slip=slip, rows=hand.block_of(slip), mine=mine,
                words=hand.STATE_WORDS, office=office(slip.office_id).name,
                counter=desk(slip.desk_id).name if slip.desk_id else _("公共"))  # fmt: skip
