"""Pages for residents: where is my case, what do I bring, where do I go. Nobody signs in."""

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from app.cases import seen
from app.cases.find import case_by_code, case_by_id
from app.cases.numbering import grouped, normalise_code
from app.catalog.find import current_spec, item
from app.documents.actions import read
from app.extensions import db, limiter
from app.feedback.actions import rate
from app.feedback.models import Rating
from app.moments import today
from app.people.find import city, desks_of, receiving_offices, street
from app.people.guard import open_to_all
from app.queues.branches import branches
from app.queues.ledger import sheets
from app.refusals import NotThere
from app.residents import find
from app.residents import guides as handbook
from app.residents.forms import RatingForm, StatusForm
from app.residents.opened import close_details, is_open, open_details
from app.web.fragments import go_to, page
from app.web.headers import printable
from app.web.words import still_big

pages = Blueprint("residents", __name__)

WRONG = (404, 422)


def _tries() -> str:
    """Ten wrong tries a minute from one address, over all workers together."""
    counted_apart = current_app.config["RATELIMIT_STORAGE_URI"].startswith("memory:")
    return f"{max(1, 10 // current_app.config['WEB_WORKERS']) if counted_apart else 10} per minute"


def _only_the_form() -> bool:
    return request.method == "GET" and request.endpoint == "residents.status"


wrong_tries = limiter.shared_limit(
    _tries, scope="status-code", deduct_when=lambda response: response.status_code in WRONG, exempt_when=_only_the_form
)


@pages.get("/")
@open_to_all
def home():
    return page("residents/home.html", form=StatusForm())


@pages.get("/status")
@pages.post("/status")
@open_to_all
@wrong_tries
def status():
    """The code, and for details the last four of ID or phone."""
    form = StatusForm()
    if form.validate_on_submit():
        case = case_by_code(form.code.data)
        if case is None:
            form.code.errors = [_not_found()]
        elif form.last_four.data and not find.proves(case, form.last_four.data):
            form.last_four.errors = [_("这四位和登记的不一样，请再看一看。不填也能查进度。")]
        else:
            if form.last_four.data:
                open_details(case.status_hash)
            return go_to(still_big(url_for("residents.case", code=case.status_code)))
    return page("residents/status.html", form=form)


@pages.get("/status/<code>")
@open_to_all
@wrong_tries
def case(code: str):
    """Stage, office and due date for the code alone; masked details with the second proof."""
    found = seen.by_code(code)
    if found is None:
        form = StatusForm(formdata=None)
        form.code.errors = [_not_found()]
        answer = page("residents/status.html", form=form)
        answer.status_code = 404
        return answer
    return _show(found, normalise_code(code))


@pages.post("/status/<code>/close")
@open_to_all
def close(code: str):
    """看完了: nothing of it stays in a browser that others use."""
    close_details()
    return go_to(still_big(url_for("residents.home")))


@pages.get("/status/<code>/documents/<number>.pdf")
@open_to_all
@wrong_tries
def document(code: str, number: str):
    found = case_by_code(code)
    if found is None or not is_open(found.status_hash):
        raise NotThere(_("没有这份文书。请先输入查询码和身份证或电话的后四位。"))
    wanted = find.document(found, number)
    return printable(read(wanted), f"{wanted.number}.pdf")


@pages.get("/status/<code>/ledger")
@open_to_all
@wrong_tries
def ledger(code: str):
    """How each date came about, a line a day; notices by their numbers, nobody by name."""
    found = case_by_code(code)
    if found is None:
        raise NotThere(_not_found())
    return page("residents/ledger.html", case=found, sheets=sheets(found, inside=False))


@pages.get("/status/<code>/rating")
@pages.post("/status/<code>/rating")
@open_to_all
@wrong_tries
def rating(code: str):
    """好差评: once, after delivery, nobody must."""
    found = case_by_code(code)
    if found is None:
        raise NotThere(_not_found())
    form = RatingForm()
    if form.validate_on_submit():
        rate(found, int(form.stars.data), form.comment.data)
        return go_to(still_big(url_for("residents.case", code=found.status_code)) + "#rating")
    return _show(seen.SeenFromOutside(found), found.status_code, form)


@pages.get("/guides")
@open_to_all
def guides():
    words = request.args.get("q", "").strip()[:100]
    return page("residents/guides.html", groups=handbook.by_department(words), words=words)


@pages.get("/guides/<code>")
@open_to_all
def guide(code: str):
    listed = item(code.upper())
    spec = current_spec(listed.code)
    return page(
        "residents/guide.html", listed=listed, spec=spec, department=handbook.department(spec.department),
        steps=handbook.steps(spec), limits=handbook.limits(spec), basis=handbook.basis(spec), note=handbook.note(spec), types=handbook.TYPES,
        applicants=handbook.APPLICANTS, at_the_desk=handbook.AT_THE_DESK, forms=handbook.FORMS, hours=_hours(),
        day_of_print=today(),
    )  # fmt: skip


@pages.get("/privacy")
@open_to_all
def privacy():
    """What becomes of a person's data, before they give any (个人信息保护法 17)."""
    return page("residents/privacy.html", days=current_app.config["DRAFT_DAYS"])


@pages.get("/centres")
@open_to_all
def centres():
    """Every place that takes things in, street by street."""
    streets: dict[str, list] = {}
    for place in receiving_offices():
        streets.setdefault(street(place.street_id).name, []).append(place)
    return page("residents/centres.html", streets=streets, desks_of=desks_of, hours=_hours())


def _show(s: seen.SeenFromOutside, code: str, form: RatingForm | None = None):
    """The whole case is only read for who may see more of it than a row."""
    found, details = s.case, is_open(s.case.status_hash)
    if details or s.joint:
        found = s.case = case_by_id(found.id)
    finished = found.state in find.HANDED_OVER
    given = db.session.get(Rating, found.id) if finished else None
    return page(
        "residents/case.html", form=form, case=found, typed=code, code=grouped(code), story=find.told(s),
        stages=find.chain(s), branches=branches(s), details=details,
        documents=find.documents(found) if details else [], timeline=find.timeline(s) if details else [],
        rating=given, rating_form=(form or RatingForm(formdata=None)) if finished and not given else None,
        hours=_hours(), late=bool(found.due_on and found.due_on < today() and found.due_kind in LATE),
    )  # fmt: skip


LATE = ("intake", "promise", "delivery")  # ours to keep; the others are the applicant's


def _not_found() -> str:
    return _("没有查到。请照收件凭证上的查询码，一个一个再核对一遍。")


def _hours() -> str:
    return "、".join(city().get("hours") or ())
