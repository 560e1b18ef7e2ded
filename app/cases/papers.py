"""材料: the rows of papers, taken in, supplemented, given back, archived. One holder each, always."""

from sqlalchemy import insert

from app.cases.models import CorrectionLine, Material
from app.cases.standing import IN_HAND, Standing
from app.extensions import db, write_rows
from app.moments import now
from app.refusals import Incomplete

_TAKEN = insert(Material.__table__)
GONE = {"office_id": None, "holder_id": None, "holder_name": None, "slip_id": None}


def take_in(s: Standing, facts: dict) -> None:
    """The checklist of the intake becomes rows, in one statement: what is there is held by the person who took it."""
    s.taken_in = [_taken(s, line, paper) for line, paper in enumerate(facts["papers"], start=1)]
    if s.taken_in:
        write_rows(_TAKEN, s.taken_in)


def _taken(s: Standing, line: int, paper: dict) -> dict:
    here = paper["state"] in ("held", "electronic")
    return {
        "case_id": s.case.id,
        "line": line,
        "kind": "application",
        "name": paper["name"],
        "form": paper["form"],
        "copies": paper["copies"],
        "pages": paper["pages"],
        "required": paper["required"],
        "deferrable": paper["deferrable"],
        "verify_original": paper["verify_original"],
        "original_seen": paper.get("original_seen", False),
        "remark": paper.get("remark", ""),
        "upload_id": paper.get("upload_id"),
        "state": "held" if here else paper["state"],
        "office_id": s.by.office_id if here else None,
        "holder_id": s.by.id if here else None,
        "holder_name": s.by.name if here else None,
        "since": now() if here else None,
    }


def hold(row: Material, by) -> None:
    row.state, row.office_id, row.since = "held", by.office_id, now()
    row.holder_id, row.holder_name, row.slip_id = by.id, by.name, None


def supplement(s: Standing, facts: dict) -> None:
    """What came in later: missing or deferred papers are held now, and the lines that asked for them are settled.

    `arrived`: [{"material_id", "copies", "pages", "original_seen"}]; `settled`: ids of correction lines put right.
    """
    rows = {row.id: row for row in s.materials}
    for came in facts["arrived"]:
        row = rows[came["material_id"]]
        if row.state in IN_HAND and row.office_id != s.by.office_id:
            row = _beside(row)  # the faulty one lies elsewhere and stays in the books there
        row.copies, row.pages = came.get("copies", row.copies), came.get("pages", row.pages)
        row.original_seen = came.get("original_seen", row.original_seen)
        hold(row, s.by)
    settled = {came["material_id"] for came in facts["arrived"]}
    for line in s.open_corrections:
        if line.id in facts.get("settled", []) or line.material_id in settled:
            line.settled_on = now().date()
    db.session.flush()


def _beside(row: Material) -> Material:
    """A corrected paper next to the one it replaces."""
    new = Material(case_id=row.case_id, line=row.line, kind="extra", name=f"{row.name}（补正）", form=row.form)
    new.required, new.substitute_of = False, row.id
    db.session.add(new)
    return new


def will_be_complete(s: Standing, facts: dict) -> dict:
    """Whether nothing is missing any more once this supplement is in; the clocks ask for it."""
    ids = {came["material_id"] for came in facts["arrived"]}
    known = {row.id for row in s.missing} | {line.material_id for line in s.open_corrections}
    if ids - known:
        raise Incomplete("有的材料不在待补清单里，请刷新后再登记。")
    settled = facts.get("settled", [])
    lines = [c for c in s.open_corrections if c.material_id not in ids and c.id not in settled]
    complete = not (lines or [row for row in s.missing if row.id not in ids])
    return {"complete": complete, "correcting": s.case.state == "correction", "material_ids": sorted(ids)}


def defer_missing(s: Standing, facts: dict) -> None:
    """容缺: what is missing is deferred, and a correction that asked for it is settled by the pledge."""
    deferred = set()
    for row in s.missing:
        row.state, row.since = "deferred", now()
        deferred.add(row.id)
    for line in s.open_corrections:
        if line.material_id in deferred:
            line.settled_on = now().date()


def freeze_corrections(s: Standing, facts: dict) -> None:
    """The lines of the notice, frozen. A paper that was handed in but is wrong stays held until it is replaced."""
    round_no = 1 + sum(1 for entry in s.entries if entry.action == "request_correction" and entry.seq < s.case.seq)
    by_id = {row.id: row for row in s.materials}
    for line in facts["lines"]:
        row = CorrectionLine(case_id=s.case.id, round=round_no, name=line["name"], problem=line["problem"])
        row.standard = line.get("standard", "")
        row.material_id = line.get("material_id") if line.get("material_id") in by_id else None
        db.session.add(row)


def add_result(s: Standing, name: str, form: str, document_id: int) -> Material:
    """A result lies where it was made, until it is handed over."""
    line = 1 + max((row.line for row in s.materials), default=0)
    row = Material(case_id=s.case.id, line=line, kind="result", name=name, form=form, document_id=document_id)
    row.required = False
    hold(row, s.by)
    db.session.add(row)
    db.session.flush()
    return row


def give_back(s: Standing, facts: dict) -> None:
    """材料退还: application papers held by this office go back to the applicant, one by one, against a signature."""
    for row in s.papers:
        if row.state == "held" and row.office_id == s.by.office_id and row.id in facts["material_ids"]:
            _leave(row, "returned")


def hand_over_results(s: Standing, facts: dict) -> None:
    for row in s.results:
        _leave(row, "returned")


def archive(s: Standing, facts: dict) -> None:
    """Every paper still in hand is archived where it lies; electronic ones with it."""
    for row in s.materials:
        if row.state == "held":
            row.state, row.since, row.holder_id, row.holder_name = "archived", now(), None, None


def _leave(row: Material, state: str) -> None:
    row.state, row.since = state, now()
    for name, value in GONE.items():
        setattr(row, name, value)
