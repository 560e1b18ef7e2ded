"""The answer: made, made ready, handed over, rated, put away."""

from app.cases import papers
from app.cases.lifecycle import advance, settle
from app.cases.models import Case, JournalEntry
from app.cases.standing import Standing
from app.documents import actions as printing
from app.documents.models import Document
from app.documents.steps import take_step
from app.extensions import db, one_transaction
from app.feedback.models import Rating, Rectification
from app.moments import now
from app.refusals import OutOfTurn

BAD = 2  # stars and fewer


def issue_result(case: Case, by, **grounds) -> Document:
    """出证: the result document of the item, and the paper it is, held where it was made."""
    with one_transaction():
        standing = Standing(case, by)
        decision = standing.last("conclude")
        facts = (decision.facts if decision else {}) | grounds
        facts.pop("on", None)
        entry = take_step(case, "issue_result", by, **facts)
        document = db.session.scalar(db.select(Document).filter_by(case_id=case.id, seq=entry.seq, is_result=True))
        papers.add_result(Standing(case, by), document.facts.get("title", ""), "original", document.id)
        settle(case, by)
    return document


def make_ready(case: Case, by) -> JournalEntry:
    return take_step(case, "make_ready", by)


def propose_return(case: Case, by) -> JournalEntry:
    """无人领取: after ninety days the result may go back to the authority, on a slip that the issuer packs."""
    return take_step(case, "propose_return", by, mark="over")


def notify(case: Case, by, channel: str, result: str) -> JournalEntry:
    return take_step(case, "notify", by, channel=channel, result=result)


def deliver(case: Case, by, collector: str, mode: str = "direct", **seen) -> JournalEntry:
    """送达. `seen`: identity_checked, relation (self | proxy | …), authority_seen, place, witness, note."""
    return take_step(case, "deliver", by, collector=collector, mode=mode, server=by.name,
                     served_at=now().isoformat(), **seen)  # fmt: skip


def reissue(case: Case, by, reason: str, **corrected) -> Document:
    """更正补发: a new document supersedes the old one, which stays and says so."""
    with one_transaction():
        old = db.session.scalar(db.select(Document).filter_by(case_id=case.id, is_result=True, state="valid"))
        if old is None:
            raise OutOfTurn("没有有效的结果证照可以更正。")
        entry = advance(case, "reissue", by, reason=reason, replaces=old.number)
        new = printing.reissue(old, by, facts=corrected, reason=reason)
        new.seq = entry.seq
        papers.add_result(Standing(case, by), new.facts.get("title", ""), "original", new.id)
        settle(case, by)
    return new


def archive(case: Case, by) -> JournalEntry:
    return take_step(case, "archive", by)


def rate(case: Case, stars: int, comment: str = "") -> Rating:
    """好差评: once a case, by the resident, after delivery. A bad one opens a 差评整改."""
    with one_transaction():
        if case.state not in ("delivered", "archived"):
            raise OutOfTurn("办结送达以后才能评价。")
        if db.session.get(Rating, case.id):
            raise OutOfTurn("这一件已经评价过，谢谢。")
        rating = Rating(case_id=case.id, stars=stars, comment=comment or None, at=now())
        db.session.add(rating)
        if stars <= BAD:
            db.session.add(Rectification(case_id=case.id, opened_at=now()))
    return rating
