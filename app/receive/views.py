"""The counter: from picking an item to a case with its receipt. The steps after it: steps.py."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Row

from app.cases.find import case_by_id, open_cases_of
from app.catalog.find import items, search
from app.documents import uploads
from app.people.find import directory
from app.people.guard import needs, open_to_all, person_here, staff_only
from app.people.sessions import who_just_left
from app.receive import actions, drafts
from app.receive.checklist import ticked
from app.receive.foreseen import AFTER, foreseen
from app.receive.knowledge import knowledge
from app.receive.known import known_person
from app.receive.page import Intake
from app.receive.usual import often_here, usual
from app.refusals import Busy, NotThere, Refusal
from app.sealing import lookup
from app.web.forms import taking
from app.web.fragments import go_to, page
from app.web.headers import WITH_CAMERA
from app.web.text import clean

pages = Blueprint("receive", __name__, url_prefix="/desk")

TAKES_IN = ("receive", "report_event")


@pages.get("/receive")
@pages.post("/receive")
@needs(*TAKES_IN)
def receive():
    """收件: without a draft the list of items, with one the whole form."""
    if not request.args.get("draft"):
        return pick_item()
    by = person_here()
    draft = drafts.draft_for(by, request.args["draft"])
    if draft.case_id:
        return received_before(draft)
    intake = Intake(draft, by)
    if request.method == "POST":
        intake.keep_scans()
        if intake.validate():
            with taking(intake.form), kept(intake):
                return taken_in(intake)
        drafts.save_draft(draft.id, by, intake.typed())
    return intake_page(intake)


def taken_in(intake: Intake):
    """收件, and where the clerk goes on from: 受理 at once, or the page of the step that was chosen."""
    then = request.form.get("then", "")
    take = actions.receive_and_accept if then == "accept" else actions.receive
    case = take(intake.by, **intake.given())
    if then in AFTER and then != "accept":
        return go_to(url_for(f"receive.{then}", case_no=case.case_no))
    return go_to(url_for("queues.case", case_no=case.case_no, received=1))


@contextmanager
def kept(intake: Intake) -> Iterator[None]:
    """Whatever the rules say no to: what was typed is in the draft. Not where the database takes nothing: it would take this as
    little, after another wait, and the page still has the words."""
    try:
        yield
    except Busy:
        raise
    except Refusal:
        drafts.save_draft(intake.draft.id, current_user, intake.typed())
        raise


def pick_item():
    """Every item, or those that fit what was typed; choosing one begins a draft."""
    words = clean(request.args.get("q", ""))[:100]
    often = often_here(current_user)
    found = search(words, often) if words else items()
    departments = {place.department_id: place for place in directory().offices.values() if not place.street_id}
    groups: dict[str, list] = {}
    for one in found:
        place = departments.get(one.department_id)
        groups.setdefault(place.name if place else _("街道和社区"), []).append(one)
    return page("receive/pick.html", "found", groups=groups, words=words, form=None, hand=request.args.get("hand", "")[:20],
                usual=[] if words else usual(often))  # fmt: skip


def received_before(draft: Row):
    """The form of this address is a case already; sending it again makes no second one."""
    return page("receive/again.html", "intake", case=case_by_id(draft.case_id))


def intake_page(intake: Intake):
    id_number = intake.form.id_number.data or ""
    answer = page("receive/receive.html", "intake", form=intake.form, intake=intake, allowed=allowed(intake),
                  known=known(intake.draft.item_code, id_number),
                  person=known_person(current_user, intake.draft.item_code, id_number))  # fmt: skip
    answer.headers["Permissions-Policy"] = WITH_CAMERA
    return answer


def known(item_code: str, id_number: str) -> list:
    """Open cases of the same person for the same item."""
    return open_cases_of(lookup("id", id_number.strip().upper()), item_code)


def allowed(intake: Intake) -> list:
    """What the law allows after 收件 with the papers as they are ticked now."""
    if not current_user.may("receive"):
        return []
    return foreseen(current_user, intake.draft.item_code, ticked([line.asked for line in intake.taken], intake.ticks()))


@pages.get("/items/<item_code>/knowledge")
@staff_only
def item_knowledge(item_code: str):
    """先问什么, what goes wrong, who to call, a filled form: beside the intake, or on its own."""
    return page("receive/knowledge.html", "know", k=knowledge(current_user, item_code))


@pages.get("/help")
@staff_only
def keys():
    """所有按键, on one page: `?` leads here from everywhere."""
    return page("receive/keys.html")


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────


@pages.post("/drafts")
@needs(*TAKES_IN)
def new_draft():
    draft = drafts.open_draft(current_user, request.form.get("item_code", ""))
    if slip := request.form.get("hand", "")[:20]:
        drafts.save_draft(draft.id, current_user, {"channel": ["paper"], "hand_receipt": [slip]})
    return go_to(url_for("receive.receive", draft=draft.id))


@pages.post("/drafts/<draft_id>")
@open_to_all
def save_draft(draft_id: str):
    """Autosave: the fields that changed. A session that ended while one typed still keeps its own forms, and only that."""
    by = current_user if current_user.is_authenticated else who_just_left()
    if by is None:
        return "", 401, {"Content-Type": "text/plain"}
    if by is not current_user and drafts.draft_for(by, draft_id).user_id != by.id:
        raise NotThere(_("没有这份登记，或者它不是本单位的。"))
    drafts.save_draft(draft_id, by, request.form.to_dict(flat=False))
    return "", 204


@pages.post("/drafts/<draft_id>/park")
@needs(*TAKES_IN)
def park(draft_id: str):
    """挂起, F9: the whole form is kept, and the desk is free for the next person."""
    draft = drafts.draft_for(current_user, draft_id)
    if draft.case_id:
        return received_before(draft)
    intake = Intake(draft, current_user)
    intake.keep_scans()
    drafts.park(draft_id, current_user, intake.typed())
    return go_to(url_for("queues.desk"))


@pages.post("/drafts/<draft_id>/discard")
@needs(*TAKES_IN)
def discard(draft_id: str):
    drafts.discard(draft_id, current_user)
    return go_to(url_for("queues.desk"))


@pages.post("/drafts/<draft_id>/person")
@needs(*TAKES_IN)
def person(draft_id: str):
    """Who stands here: whether the same matter of theirs is open already. Asked by POST: an ID number is no address."""
    draft = drafts.draft_for(current_user, draft_id)
    id_number = request.form.get("id_number", "")[:40]
    return page("receive/known.html", "known", known=known(draft.item_code, id_number), draft_id=draft.id,
                person=known_person(current_user, draft.item_code, id_number),
                duplicate_reason=request.form.get("duplicate_reason", ""))  # fmt: skip


@pages.post("/drafts/<draft_id>/scans")
@needs(*TAKES_IN)
def keep_scan(draft_id: str):
    """A sheet from the document camera or a file just chosen: safe before the form is sent. Answers with its line."""
    draft = drafts.draft_for(current_user, draft_id)
    if draft.case_id:
        return received_before(draft)
    intake = Intake(draft, current_user)
    intake.keep_scans()
    named = {line.form.upload_id.name: [line.form.upload_id.data or ""] for line in intake.fresh}
    drafts.save_draft(draft_id, current_user, named)
    return page("receive/scanned.html", "scans", lines=intake.fresh)


@pages.post("/drafts/<draft_id>/recall")
@needs(*TAKES_IN)
def recall(draft_id: str):
    """What this desk was told before, into the fields that are still empty; written down as opening personal data."""
    draft = drafts.draft_for(current_user, draft_id)
    if draft.case_id:
        return received_before(draft)
    intake = Intake(draft, current_user)
    intake.keep_scans()
    drafts.save_draft(draft_id, current_user, intake.typed())
    actions.recall(current_user, draft_id)
    return go_to(url_for("receive.receive", draft=draft_id, recalled=1))


@pages.post("/drafts/<draft_id>/allowed")
@needs(*TAKES_IN)
def allow(draft_id: str):
    """The buttons below the materials, while they are being ticked. Nothing is kept."""
    draft = drafts.draft_for(current_user, draft_id)
    if draft.case_id:
        return received_before(draft)
    return page("receive/allowed.html", "allowed", allowed=allowed(Intake(draft, current_user)))


@pages.get("/scans/<int:upload_id>")
@staff_only
def scan(upload_id: int):
    """A scan of a form that is still being filled in, for the office that made it; later it belongs to the case."""
    upload = uploads.get_upload(upload_id)
    if upload.case_id or not upload.draft_id:
        raise NotThere(_("这个扫描件已随办件保存，请在办件页面查看。"))
    drafts.draft_for(current_user, upload.draft_id)
    answer = make_response(uploads.read(upload))
    answer.content_type = upload.content_type
    answer.headers["Content-Disposition"] = "inline"
    return answer
