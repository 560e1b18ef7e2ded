"""Everything the page of one case shows, read once: papers, tasks, clocks, documents, what may be done, what was."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import bindparam, select

from app.calendar.due import days_left
from app.calendar.find import calendar_for
from app.cases import clockwork, ordered
from app.cases.find import case_by_id
from app.cases.guards.receiving import complete
from app.cases.lifecycle import Offer, offers
from app.cases.lights import light
from app.cases.models import LOOKS, Case, Material
from app.cases.rail import rail
from app.cases.seats import Seat, sits
from app.cases.seen import Seen
from app.cases.standing import Standing
from app.cases.steps import STATE_WORDS, STEPS
from app.documents.kinds import KINDS
from app.documents.models import Document, Upload
from app.extensions import db, read_rows
from app.moments import now, today
from app.people.find import office
from app.people.settings import version
from app.queues import personal
from app.queues.branches import branches
from app.queues.lists import waited
from app.queues.slips import slip_numbers
from app.queues.story import CLOCKS, OUTCOMES, REASONS, row
from app.web.lines import written

PAPERS = {
    "missing": _l("缺"), "deferred": _l("容缺待补"), "exempt": _l("免交"), "held": _l("在手"), "in_transit": _l("在途"),
    "returned": _l("已退还"), "archived": _l("已归档"), "lost": _l("遗失"),
}  # fmt: skip
FORMS = {"original": _l("原件"), "copy": _l("复印件"), "electronic": _l("电子件")}
TASKS = {
    "waiting": _l("等材料或前一环节"), "open": _l("待认领"), "claimed": _l("在办"), "done": _l("已办完"),
    "cancelled": _l("已取消"),
}  # fmt: skip
RESULTS = OUTCOMES | {"opinion": _l("已出具意见")}
DOCUMENTS = {
    "draft": _l("草稿"), "valid": _l("有效"), "superseded": _l("已被替换"), "suspended": _l("暂停使用"),
    "revoked": _l("已撤销"), "void": _l("已作废"),
}  # fmt: skip
# What carries a case on, in this order; the first of them that this person may take stands out.
FORWARD = (
    "finish", "accept", "conclude", "deliver", "make_ready", "issue_result", "take_up", "answer", "propose", "give_opinion",
    "claim", "review", "extend", "deem_withdrawn", "archive", "supplement", "record_reply",
)  # fmt: skip
AT_ONCE = Seat("accept_delegated", "at_desk")
A_WHILE = timedelta(minutes=10)
ONE_BREATH = timedelta(seconds=3)  # steps that one press of a button took together


def casefile(case: Case, by) -> dict:
    """What templates/case/show.html is given; a constant number of statements."""
    s = Seen(case, by)
    calendar = calendar_for(case.centre_id)
    run, documents = clockwork.shown(s.face, case.state), _documents(case)
    return {
        "case": case,
        "spec": s.spec,
        "state": STATE_WORDS[case.state],
        "results": OUTCOMES,
        "reasons": REASONS,
        "outcome": OUTCOMES.get(case.outcome or ""),
        "rail": rail(case, s.entries, s.tasks, s.face.runs, _short),
        "due": _due(s, run, calendar),
        "flags": _flags(s),
        "steps": _steps(s),
        "just": _just_done(s, documents),
        "papers": _papers(s),
        "tasks": _tasks(s, calendar),
        "proposal": next((task for task in s.live_tasks if task.proposal), None),
        "queries": s.queries,
        "corrections": s.corrections,
        "clocks": _clocks(s.face),
        "documents": _documents_said(documents),
        "first_document": documents[0].number if documents else None,
        "titles": {kind: row.title for kind, row in KINDS.items()},
        "parent": case_by_id(case.parent_id) if case.parent_id else None,
        "branches": branches(s),
        "state_words": STATE_WORDS,
        "applicant": personal.applicant(case),
        "answers": personal.answers(s.spec, case.form),
        "timeline": _timeline(s),
    }


def personal_data(case: Case, by) -> dict:
    """The same two lists, whole: for the one answer after a reason was given."""
    spec = Standing(case, by).spec
    return {"applicant": personal.applicant(case, bare=True), "answers": personal.answers(spec, case.form, bare=True)}


def scan_of(case: Case, line: int) -> Upload | None:
    """The upload that belongs to this line of the list of papers."""
    rows = (
        db.select(Upload)
        .join(Material, Material.upload_id == Upload.id)
        .where(Material.case_id == case.id, Material.line == line)
        .order_by(Material.id.desc())
    )
    return db.session.scalars(rows).first()


def _short(office_id: str) -> str:
    return office(office_id).name


def _documents(case: Case) -> list:
    return read_rows(_DOCUMENTS, {"case_id": case.id}).all()


def _documents_said(documents: list) -> Markup:
    keyed = ((tuple(doc), doc) for doc in documents)
    return written("case/_document.html", (today().year,), keyed, lambda doc: (doc, KINDS[doc.kind].title, DOCUMENTS[doc.state]))


_d = Document.__table__.c  # columns only: the facts and the bytes of a document stay sealed
_DOCUMENTS = select(
    _d.kind, _d.number, _d.state, _d.copies, _d.issued_at, _d.issued_name, _d.is_result, _d.seq
).where(_d.case_id == bindparam("case_id")).order_by(_d.id)  # fmt: skip


def _timeline(s: Standing) -> Markup:
    """Newest first. A row of the journal never changes but once, when what it says is erased: its hash and its facts, sealed
    as they lie there, stand for the rest."""
    keyed = (((entry.hash, entry.facts.sealed), entry) for entry in reversed(s.entries))
    eyes = (today().year, version("organisation"))
    return written("layout/_happened.html", eyes, keyed, lambda entry: tuple(row(entry, _short).values()))


def _due(s: Standing, run, calendar) -> dict | None:
    """The date that matters now, in words and as a light."""
    if run is None:
        return None
    statutory = s.face.running("statutory")
    law = statutory.due_on if statutory else None
    return {
        "word": CLOCKS[run.kind],
        "on": run.due_on,
        "left": days_left(run.due_on, today(), calendar),
        "tentative": run.tentative,
        "light": light(run.due_on, run.started_on, law, today(), calendar),
        "statutory": law if run.kind == "promise" else None,
    }


def _flags(s: Standing) -> list[str]:
    case, span, collect = s.case, s.face.open_pause(), s.face.running("collect")
    late = {run.kind for run in s.face.runs if run.stopped_on is None and run.due_on < today()}
    flags = (
        (case.tolerant, _("容缺受理")),
        (span, _("停表中：%(what)s", what=span.procedure if span else "")),
        (case.extended, _("已延期 %(n)s 个工作日", n=case.extended)),
        (s.joint, _("一件事总件")),
        (case.parent_id, _("一件事子项")),
        (s.open_queries, _("窗口待答复")),
        (ordered.unanswered(s), _("督办中")),
        (case.channel != "window", str(CHANNELS.get(case.channel, case.channel))),
    )
    flags += (
        ("transfer" in late, _("流转超时")), ("ack" in late, _("接办超时")),
        (collect, waited(collect.mark if collect else None)),
    )  # fmt: skip
    return [word for there, word in flags if there and word]


CHANNELS = {"kiosk": _l("自助机收件"), "grid": _l("网格收件"), "paper": _l("纸质补录")}


def _steps(s: Standing) -> dict[str, list[dict]]:
    """`now`: mine to take; `mine`: mine, but not now, with the reason; `others`: other seats' steps."""
    groups: dict[str, list[dict]] = {"now": [], "mine": [], "others": []}
    if s.at_desk and s.case.state in ("received", "correction", "accepted") and sits(s, (AT_ONCE,)):
        reason = complete(s)
        at_once = {"word": _("当场办结"), "action": "finish", "reason": reason}
        groups["mine" if reason else "now"].append(at_once)
    for offer in offers(s.case, s.by, s):
        groups[_group(offer)].append({"word": offer.step.word, "action": offer.action, "reason": offer.reason})
    groups["now"].sort(key=lambda step: FORWARD.index(step["action"]) if step["action"] in FORWARD else len(FORWARD))
    for step in groups["now"]:
        step["forward"] = step["action"] in FORWARD
    return groups


def _group(offer: Offer) -> str:
    if offer.reason is None:
        return "now"
    return "mine" if offer.mine else "others"


def _just_done(s: Standing, documents: list) -> dict | None:
    """What this person did a moment ago, and the papers to print for it."""
    done = [entry for entry in s.entries if entry.action not in LOOKS]
    last = done[-1] if done else None
    if last is None or last.actor_id != s.by.id or s.by.id is None or now() - last.at > A_WHILE:
        return None
    breath = {entry.seq for entry in done if entry.actor_id == s.by.id and last.at - entry.at < ONE_BREATH}
    printed = sorted((doc for doc in documents if doc.seq in breath), key=lambda doc: doc.seq != last.seq)
    return {"word": STEPS[last.action].word, "documents": printed}


def _papers(s: Standing) -> Markup:
    slips = slip_numbers({paper.slip_id for paper in s.materials if paper.slip_id})
    keyed = (((s.case.case_no, slips.get(paper.slip_id), tuple(paper)), paper) for paper in s.materials)

    def facts(paper) -> tuple:
        holder = "，".join(filter(None, (_short(paper.office_id) if paper.office_id else "", paper.holder_name)))
        form = FORMS.get(paper.form, paper.form)
        return s.case.case_no, paper, form, PAPERS[paper.state], holder, slips.get(paper.slip_id)

    return written("case/_paper.html", (today().year, version("organisation")), keyed, facts)


def _tasks(s: Standing, calendar) -> Markup:
    statutory = s.face.running("statutory")
    law = statutory.due_on if statutory else None
    keyed = []
    for task in s.tasks:
        tentative = bool(task.due_on) and calendar.is_tentative(task.due_on)
        looks = (_task_light(task, s.case.accepted_on, law, calendar), tentative)
        said = (task.stage, task.office_id, task.rule, task.state, task.result, task.claimed_name, task.due_on, task.opinion)
        keyed.append(((said, looks), (task, *looks)))
    return written("case/_task.html", (today().year, version("organisation")), keyed, _task)


def _task(seen: tuple) -> tuple:
    task, *looks = seen
    state = RESULTS.get(task.result, TASKS[task.state]) if task.state == "done" else TASKS[task.state]
    return task, _short(task.office_id), state, *looks


def _clocks(face: clockwork.Face) -> Markup:
    """The clocks, then the spans in which they stand still."""
    runs = [(CLOCKS[one.kind], one.started_on, one.amount, one.unit, one.extended, one.due_on, one.tentative, one.stopped_on)
            for one in face.runs]  # fmt: skip
    spans = [(_("特别程序：%(what)s", what=one.procedure), one.started_on, one.amount, one.unit, 0, one.planned_until, False,
              one.ended_on or _("停表中")) for one in face.pauses]  # fmt: skip
    keyed = (((str(one[0]), *one[1:]), one) for one in (*runs, *spans))
    return written("case/_clock.html", (today().year,), keyed, tuple)


def _task_light(task, started: date | None, law: date | None, calendar) -> str | None:
    return None if task.state in ("done", "cancelled") else light(task.due_on, started, law, today(), calendar)
