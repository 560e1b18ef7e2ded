"""Where the facts of a document come from, and the frame that every document shares (domain 3.1)."""

from dataclasses import dataclass, field
from datetime import datetime

from app.documents import wording
from app.documents.kinds import ACCEPTANCE_SEAL, KINDS
from app.web.masking import mask_account, mask_id, mask_phone


@dataclass
class Source:
    """Everything a builder may look at. `given` is what the step says: journal facts, then the verb's own."""

    at: datetime
    by: str  # name of who issues
    office: str  # full name of the issuing office
    city: str = ""
    number: str = ""
    case: object = None
    spec: object = None
    authority: str = ""  # full name of the competent department
    centre: str = ""  # full name of the receiving centre
    desk: str = ""
    head: str = ""  # hash of the newest journal row
    code: str = ""  # verify code, grouped
    status: str = ""  # status code, grouped
    materials: list = field(default_factory=list)
    runs: dict = field(default_factory=dict)  # clock kind -> its newest run
    corrections: list = field(default_factory=list)
    documents: list = field(default_factory=list)  # earlier documents of the case
    given: dict = field(default_factory=dict)

    def say(self, key: str, otherwise: str = "") -> str:
        """What the step says under `key`, as text."""
        value = self.given.get(key)
        return otherwise if value in (None, "", []) else str(value)

    def day(self, key: str, otherwise=None) -> str:
        return wording.day(self.given.get(key) or otherwise)

    def due(self, key: str, clock: str = "") -> str:
        """The day given under `key`, else the due date of a clock."""
        run = self.runs.get(clock)
        found = wording.as_day(self.given.get(key)) or (run.due_on if run else None)
        return wording.due(found, found is not None and found.year >= self.tentative_from)

    @property
    def tentative_from(self) -> int:
        """The first year without a notice of the days off, as far as the clocks of the case know."""
        return min((run.due_on.year for run in self.runs.values() if getattr(run, "tentative", False)), default=9999)

    @property
    def particulars(self) -> dict:
        return (self.case.particulars or {}) if self.case else {}

    @property
    def basis(self) -> str:
        return self.say("basis", wording.basis(self.spec.basis) if self.spec else "")

    @property
    def result_name(self) -> str:
        return self.spec.result.name if self.spec and self.spec.result else ""


def frame(kind: str, s: Source) -> dict:
    """The common fields of domain 3.1."""
    row = KINDS[kind]
    title = wording.result_title(s.result_name, row.title) if row.result and s.result_name else row.title
    if kind in ("grant_decision", "denial_decision", "external_certificate", "joint_closure"):
        title = row.title  # these are named by law or by what they record, not by the item's result
    if kind == "denial_decision" and not (s.spec and s.spec.item_type == "licence"):
        title = "不予批准决定书"
    facts = {
        "kind": kind,
        "title": s.say("title", title),
        "number": s.number,
        "heading": s.authority if row.seal == ACCEPTANCE_SEAL and s.authority else s.office,
        "office": s.office,
        "authority": s.authority or s.office,
        "seal": row.seal,
        "day": wording.day(s.at),
        "at": wording.moment(s.at),
        "clerk": s.by,
        "centre": s.centre or s.office,
        "desk": s.desk,
        "verify_code": s.code,
        "status_code": s.status,
        "hash": s.head[:8],
        "case_no": "", "item_name": "", "item_code": "", "applicant": "", "id_type": "", "id_number": "",
        "you": "你", "agent": "", "delivery": "", "received_at": "", "received_day": "",
    }  # fmt: skip
    return facts | (_of_case(s, row.full_id) if s.case else {})


def _of_case(s: Source, full_id: bool) -> dict:
    case = s.case
    number = case.id_number or ""
    return {
        "case_no": case.case_no,
        "item_name": case.item_name,
        "item_code": case.item_code,
        "applicant": case.applicant_name or "（匿名）",
        "id_type": wording.ID_TYPES.get(case.id_type, "证件") if number else "",
        "id_number": number if full_id else mask_id(number),
        "you": wording.YOU.get(case.applicant_kind, "你"),
        "agent": agent_of(s.particulars),
        "delivery": wording.DELIVERY.get(case.delivery_mode, ""),
        "received_at": wording.moment(case.received_at),
        "received_day": wording.day(case.received_at),
    }


def agent_of(particulars: dict) -> str:
    """The name of whoever acts for the applicant: agent, guardian or handler."""
    for key, word in (("agent", "受托人"), ("guardian", "监护人"), ("handler", "经办人")):
        who = particulars.get(key) or particulars.get(f"{key}_name")
        name = who.get("name") if isinstance(who, dict) else who
        if name:
            return f"{word} {name}"
    return ""


def papers(materials, remark=None) -> list[dict]:
    """Rows of a list of papers: name, form, copies, pages, remark."""
    return [
        {
            "name": paper.name,
            "form": wording.FORMS.get(paper.form, paper.form),
            "copies": str(paper.copies),
            "pages": str(paper.pages),
            "remark": remark(paper) if remark else paper.remark,
        }
        for paper in materials
    ]


_HIDE = {"bank": mask_account, "phone": mask_phone, "id_number": mask_id}


def fields(s: Source, leave_out: tuple[str, ...] = ()) -> list[list[str]]:
    """What was declared in the item's own form, label and value; accounts and numbers masked, pictures left out."""
    if not s.spec or not s.case:
        return []
    rows = []
    for one in s.spec.fields:
        value = (s.case.form or {}).get(one.key)
        if one.type == "image" or one.key in leave_out or value in (None, "", []):
            continue
        rows.append([one.label, _words(one.type, value)])
    return rows


def _words(kind: str, value) -> str:
    if kind == "bool":
        return "是" if value in (True, "y", "yes", "是", "true") else "否"
    if kind == "date":
        return wording.day(value)
    if kind == "money":
        return f"{value}元"
    if kind == "people":
        return "；".join(_person(one) for one in value if one)
    if isinstance(value, dict):
        value = "".join(str(part) for part in value.values() if part)
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return _HIDE.get(kind, str)(str(value))


def _person(one) -> str:
    if not isinstance(one, dict):
        return str(one)
    relation = one.get("relation")
    return f"{one.get('name', '')}{f'（{relation}）' if relation else ''}"
