"""The person is known: what the desk was told before is offered, so that nothing the office holds is asked again."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from app.cases.find import visible
from app.cases.models import Case, Material
from app.catalog.find import current_spec, spec_of
from app.documents.models import Upload
from app.documents.uploads import copy_to
from app.extensions import db, one_transaction
from app.moments import now
from app.queues.actions import open_personal_data
from app.receive import checklist
from app.receive.drafts import draft_for, save_draft
from app.sealing import lookup
from app.web.forms import PREFIX

REASON = "同一申请人再次办理"
LOOKED_AT = 6  # of the person's cases, the newest
SCAN_DAYS = 365  # a scan that is older is made again
# What a person was asked once and would say the same again; amounts, dates and reasons are asked each time.
LASTING = ("text", "select", "phone", "bank", "address", "people", "id_number")
OWN = ("name", "id_number", "phone", "relation")


@dataclass
class Known:
    """`fields`: names of the intake form and their values as typed; `scans`: number of the line and its scan."""

    cases: list[Case] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    scans: dict[int, Upload] = field(default_factory=dict)
    used: list[Case] = field(default_factory=list)  # the cases that gave something

    def __bool__(self) -> bool:
        return bool(self.cases)


def known_person(by, item_code: str, id_number: str) -> Known:
    """What earlier cases of this person say, as far as `by` may see them; the newest word counts."""
    id_hash = lookup("id", id_number.strip().upper())
    if not id_hash or len(id_number.strip()) < 6:
        return Known()
    rows = select(Case).where(Case.id_hash == id_hash, visible(by), Case.parent_id.is_(None))
    known = Known(list(db.session.scalars(rows.order_by(Case.id.desc()).limit(LOOKED_AT))))
    spec = current_spec(item_code)
    for case in known.cases:
        given = _person(case) | _answers(case, spec)
        fresh = {name: values for name, values in given.items() if name not in known.fields and any(values)}
        known.fields |= fresh
        if fresh:
            known.used.append(case)
    if known:
        known.scans = _scans(known.cases, spec)
    return known


def recall(by, draft_id: str) -> None:
    """Fill the empty fields of a draft with what is known. Each case that is read is marked as opened, with the reason."""
    with one_transaction():
        draft = draft_for(by, draft_id)
        known = known_person(by, draft.item_code, (draft.data.get("id_number") or [""])[0])
        empty = {name: values for name, values in known.fields.items() if not any(draft.data.get(name) or [])}
        save_draft(draft_id, by, empty | _again(by, draft, known))
        for case in known.used:
            open_personal_data(case, by, REASON)


def _again(by, draft, known: Known) -> dict[str, list[str]]:
    """A scan that is still valid stands at its line again, and the paper need not be brought."""
    fields = {}
    for line, upload in known.scans.items():
        if any(draft.data.get(f"m-{line}-state") or []) or any(draft.data.get(f"m-{line}-upload_id") or []):
            continue
        fields |= {
            f"m-{line}-state": ["exempt"],
            f"m-{line}-upload_id": [str(copy_to(upload, draft.id, by).id)],
            f"m-{line}-remark": [f"沿用 {upload.made_at:%Y-%m-%d} 的扫描件"],
        }
    return fields


def _person(case: Case) -> dict[str, list[str]]:
    """The person, and who acted for them: the agent is offered, whether one comes again is ticked by hand."""
    told = case.particulars or {}
    found = {"applicant_name": case.applicant_name, "phone": case.phone, "id_type": case.id_type}
    found |= {name: told.get(name) for name in ("residence_address", "household_address", "legal_representative")}
    for who in ("agent", "guardian"):
        found |= {f"{who}_{part}": (told.get(who) or {}).get(part) for part in OWN}
    return {name: [str(value)] for name, value in found.items() if value}


def _answers(case: Case, spec) -> dict[str, list[str]]:
    """Answers to the same question, asked in the same words, of a kind that lasts."""
    before = {(asked.key, asked.type, asked.label) for asked in spec_of(case.item_version_id).fields}
    found: dict[str, list[str]] = {}
    for asked in spec.fields:
        value = (case.form or {}).get(asked.key)
        if asked.type not in LASTING or not value or (asked.key, asked.type, asked.label) not in before:
            continue
        if asked.type == "people":
            for row, person in enumerate(value):
                found |= {f"{PREFIX}{asked.key}-{row}-{part}": [str(person.get(part) or "")] for part in OWN}
        elif asked.type != "select" or value in asked.options:
            found[PREFIX + asked.key] = [str(value)]
    return found


def _scans(cases: list[Case], spec) -> dict[int, Upload]:
    """Of each line the newest scan under the same name; an original must be brought again."""
    lines = {line["name"]: number for number, line in enumerate(checklist.lines(spec)) if line["form"] != "original"}
    rows = (
        select(Material.name, Upload)
        .join(Upload, Upload.id == Material.upload_id)
        .where(Material.case_id.in_([case.id for case in cases]), Material.name.in_(lines),
               Upload.made_at > now() - timedelta(days=SCAN_DAYS))
        .order_by(Upload.made_at)
    )  # fmt: skip
    return {lines[name]: upload for name, upload in db.session.execute(rows)}
