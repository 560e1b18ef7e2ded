"""Issuing, printing, replacing documents. Issuing is part of a step; rendering never is."""

import time
from collections import namedtuple
from datetime import date
from hashlib import sha256

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.cases.clocks import runs_of
from app.cases.clockwork import Run
from app.cases.lifecycle import Taken
from app.cases.models import Case, CorrectionLine, JournalEntry, Material, Pause
from app.cases.numbering import grouped, random_code
from app.catalog.find import spec_of
from app.documents import wording
from app.documents.facts import Source, build
from app.documents.glyphs import refuse_what_cannot_be_printed, settled
from app.documents.kinds import KINDS, NORMAL, SLIP
from app.documents.models import Document, DocumentBytes, DocumentCopy
from app.documents.numbering import next_number
from app.documents.press import PATIENCE, Press, to_pdf
from app.documents.signing import Signed, sign, signer
from app.extensions import db, forget_what_was_read, one_transaction, read_rows, write_rows
from app.moments import now
from app.people.find import centre_of, city, desk, office, offices_of_department, street
from app.refusals import NotThere, OutOfTurn
from app.sealing import lookup

# What can become of a document (state-machines.md 5): action -> where it may stand, where it goes.
LIFE = {
    "complete": (("draft",), "valid"),
    "supersede": (("valid", "suspended"), "superseded"),
    "suspend": (("valid",), "suspended"),
    "restore": (("suspended",), "valid"),
    "revoke": (("valid", "suspended"), "revoked"),
    "void": (("draft", "valid"), "void"),
}
STATE_WORDS = {
    "draft": "草稿", "valid": "有效", "superseded": "已被替换", "suspended": "暂停使用", "revoked": "已撤销", "void": "已作废",
}  # fmt: skip
HANDED_OVER = ("delivered", "archived")
_DOCUMENT, _papers = insert(Document.__table__), Material.__table__
# All that a document says of one paper. Of those that were written with the case, in one statement, nobody has asked the ids.
Paper = namedtuple("Paper", "kind name form copies pages original_seen remark state id", defaults=(None,))
_PAPERS = (
    select(*(_papers.c[name] for name in Paper._fields))
    .where(_papers.c.case_id == bindparam("case_id"))
    .order_by(_papers.c.line, _papers.c.id)
)
_UNNUMBERED = Paper._fields[:-1]
READS_DOCUMENTS = ("completion_notice", "service_return", "archive_list")
READS_CORRECTIONS = ("correction_notice", "acceptance_notice")


def issue(kind: str, case: Case | None, by, *, entry: JournalEntry | None = None, office_id: str | None = None,
          slip=None, facts: dict | None = None, valid_until: date | None = None,
          supersedes: Document | None = None) -> Document:  # fmt: skip
    """Take the number and freeze the facts, inside the step's transaction. Nothing is rendered.

    `facts` is what the step says beyond the journal entry's own facts: see the docstring of the kind's builder in
    documents/facts/. `office_id`: who issues, if not the office of `by`.
    """
    with one_transaction():
        document = Document(**_issued(kind, case, by, entry, office_id, slip, facts, valid_until, supersedes))
        db.session.add(document)
        db.session.flush()
    return document


def issue_for(case: Case, taken: Taken, kinds: tuple[str, ...], by) -> None:
    """The documents that one step owes, in the order of its row in STEPS. Inside the step's transaction."""
    for kind in kinds:
        write_rows(_DOCUMENT, _issued(kind, case, by, taken.entry, runs=taken.face.runs, papers=taken.papers))


def _issued(kind: str, case: Case | None, by, entry: JournalEntry | None, office_id: str | None = None, slip=None,
            facts: dict | None = None, valid_until: date | None = None, supersedes: Document | None = None,
            runs: list[Run] | None = None, papers: list[dict] | None = None) -> dict:  # fmt: skip
    """The columns of the new document: its number taken, its facts frozen. `runs`, `papers`: those of the case, where they are known."""
    row, at = KINDS[kind], now()
    place = office(office_id or by.office_id or case.centre_id)
    given = (entry.facts if entry else {}) | (facts or {})
    if valid_until:
        given |= {"valid_until": valid_until.isoformat()}
    source, code = _source(kind, case, by, place, given, runs, papers), random_code()
    number = next_number(document_code(place), row.character, at.date())  # late: whoever wants the next one waits from here on
    source.at, source.number, source.code = at, number.text, grouped(code)
    said = settled(build(kind, source))
    refuse_what_cannot_be_printed(said)
    return {
        "case_id": case.id if case else None,
        "slip_id": slip.id if slip else None,
        "kind": kind,
        "series": number.series,
        "serial": number.serial,
        "number": number.text,
        "office_id": place.id,
        "state": "valid",
        "is_result": row.result,
        "facts": said | ({"given": given} if row.result else {}),
        "valid_until": valid_until or wording.as_day(given.get("valid_until")),
        "verify_code": code,
        "verify_hash": lookup("verify", code),
        "issued_at": at,
        "issued_by": by.id,
        "issued_name": by.name,
        "seq": entry.seq if entry else None,
        "supersedes_id": supersedes.id if supersedes else None,
    }


def read(document: Document, by=None, variant: str = NORMAL, on: Press | None = None) -> bytes:
    """The PDF. Rendered and signed at the first reading, outside any transaction, then kept: a re-print is the same bytes.

    `variant`: one of the kind's variants; `on`: another press than the one of this process. Raises Busy when the
    renderer or the key does not answer in time: nothing is kept then, and the next reading tries again.
    """
    if kept := _kept(document.id, variant):
        return kept
    if db.session().info.get("open"):
        raise RuntimeError("Rendering is slow: read a document after the transaction, not inside it")
    document_id, facts, row = document.id, document.facts, KINDS[document.kind]
    if facts.get("erased"):
        raise NotThere("保存期已满，个人信息已经删除，这份文书不能再打印。编号和真伪仍可核验。")
    if variant not in row.variants:
        raise NotThere("这种文书没有这个版式。")
    forget_what_was_read()  # no connection, no snapshot held while the sheet is rendered
    made = _make(facts, variant, row.signed and variant != SLIP, on)
    with one_transaction():
        insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[db.engine.dialect.name]
        new = {"document_id": document_id, "variant": variant, "rendered_at": now(), "sha256": sha256(made.pdf).hexdigest()}
        db.session.execute(insert(DocumentBytes).values(**new, **made._asdict()).on_conflict_do_nothing())
        return _kept(document_id, variant)  # of two who read first at once, the first bytes stay


def _make(facts: dict, variant: str, signed: bool, on: Press | None) -> Signed:
    until = time.monotonic() + PATIENCE
    if signed:
        signer().warm_up()  # it starts while the sheet is set
    pdf = to_pdf(facts, variant, until, on)
    return sign(pdf, facts, until) if signed else Signed(pdf)


def print_copy(document: Document, by) -> int:
    """补打登记: count this printing; the bytes stay the same. Returns n of 第n次."""
    with one_transaction():
        counted = update(Document).where(Document.id == document.id).values(copies=Document.copies + 1)
        nth = db.session.execute(counted.returning(Document.copies)).scalar_one()
        db.session.add(DocumentCopy(document_id=document.id, nth=nth, at=now(), actor_id=by.id, actor_name=by.name))
    return nth


def move(document: Document, action: str, by, reason: str) -> Document:
    """Take one row of LIFE. Raises OutOfTurn when the document does not stand where the row begins."""
    with one_transaction():
        sources, target = LIFE[action]
        _may_move(document, action)
        moved = update(Document).where(Document.id == document.id, Document.state.in_(sources))
        if not db.session.execute(moved.values(state=target, state_reason=reason)).rowcount:
            raise OutOfTurn(f"“{STATE_WORDS[document.state]}”的文书不能这样处理，可能刚有人办过，请刷新。")
        db.session.refresh(document)
    return document


def reissue(document: Document, by, facts: dict | None = None, reason: str = "") -> Document:
    """更正补发: a new document with the corrected facts; the old one is superseded, stays, and says so.

    `facts`: what is different, as the kind's builder takes it, or any text of the printed facts by its key.
    The journal row is the caller's (feedback.reissue).
    """
    facts = facts or {}
    with one_transaction():
        move(document, "supersede", by, reason)
        given = document.facts.get("given", {}) | facts
        case = db.session.get(Case, document.case_id)
        new = issue(document.kind, case, by, office_id=document.office_id, facts=given, supersedes=document)
        said = {key: value for key, value in facts.items() if key in new.facts and isinstance(value, str)}
        new.facts = new.facts | {key: value for key, value in said.items() if isinstance(new.facts[key], str)}
        db.session.flush()
    return new


def document_by_number(number: str) -> Document:
    found = db.session.scalar(db.select(Document).filter_by(number=number))
    if found is None:
        raise NotThere("没有这份文书，或者不在您的查看范围内。")
    return found


def _kept(document_id: int, variant: str) -> bytes | None:
    return db.session.scalar(db.select(DocumentBytes.pdf).filter_by(document_id=document_id, variant=variant))


def _may_move(document: Document, action: str) -> None:
    if action == "void" and document.case_id and db.session.get(Case, document.case_id).state in HANDED_OVER:
        raise OutOfTurn("已经送达的文书不能作废，请更正补发或撤销。")
    if action == "restore" and document.is_result:
        same = db.select(Document.id).filter_by(case_id=document.case_id, kind=document.kind, state="valid")
        if db.session.scalar(same):
            raise OutOfTurn("本办件已另有有效的结果文书，不能恢复这一份。")


def document_code(place) -> str:
    """代字: of the office, else of its centre, else of its street."""
    centre = None if place.document_code else centre_of(place)
    code = place.document_code or (centre.document_code if centre else None)
    return code or (street(place.street_id).document_code if place.street_id else place.short)


def _source(kind: str, case: Case | None, by, place, given: dict, runs: list[Run] | None, papers: list[dict] | None) -> Source:
    """Read what the builder of this kind may look at."""
    town = city().get("name", "")
    source = Source(at=now(), by=by.name, office=_full(place, town), city=town, given=given)
    if case is None:
        return source
    spec, centre = spec_of(case.item_version_id), office(case.centre_id)
    competent = offices_of_department(spec.department, case.street_id)
    source.case, source.spec = case, spec
    source.centre, source.desk = _full(centre, town), desk(case.desk_id).name if case.desk_id else ""
    source.authority = _full(competent[0], town) if competent else source.office
    source.head, source.status = case.head, grouped(case.status_code)
    source.materials = _papers_of(case, papers)
    source.runs = {run.kind: run for run in (runs_of(case) if runs is None else runs)}
    if kind in READS_CORRECTIONS:
        lines = _rows(CorrectionLine, case, CorrectionLine.id)
        newest = max((line.round for line in lines), default=0)
        source.corrections = [line for line in lines if line.round == newest]
    if kind in READS_DOCUMENTS:
        source.documents = _rows(Document, case, Document.id)
    if kind == "special_procedure_notice" and (pauses := _rows(Pause, case, Pause.id)):
        source.given = {"planned_until": pauses[-1].planned_until.isoformat(),
                        "started_on": pauses[-1].started_on.isoformat()} | given  # fmt: skip
    return source


def _papers_of(case: Case, written: list[dict] | None) -> list:
    if written is None:
        return read_rows(_PAPERS, {"case_id": case.id}).all()
    return [Paper(*(paper[name] for name in _UNNUMBERED)) for paper in written]


def _full(place, town: str) -> str:
    return wording.full_name(place.name, town, street(place.street_id).name if place.street_id else "")


def _rows(model, case: Case, *order) -> list:
    return list(db.session.scalars(db.select(model).filter_by(case_id=case.id).order_by(*order)))
