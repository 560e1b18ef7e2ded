"""The intake page as one thing: the person, the item's questions, a line for each material. Knows the browser."""

from dataclasses import dataclass
from functools import cached_property

from flask import current_app, request
from sqlalchemy import Row
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms.fields import SelectChoice

from app.catalog.find import current_spec, item, spec_of
from app.documents.uploads import read, store, uploads_of
from app.moments import today
from app.people.find import places
from app.receive import checklist
from app.receive.forms import KINDS, KINDS_OF, IntakeForm, LineForm
from app.web.fields import Image
from app.web.forms import PREFIX, build_item_form, item_fields, plain
from app.web.numbers import born_on, said_by
from app.web.pictures import Picture, read_picture


def form_of(version_id: int, streets: tuple[str, ...]) -> type[IntakeForm]:
    """The form of an item: the person's fields, then its own questions. Kept: a version never changes, and to make a
    class costs more than to fill it in."""
    kept = current_app.extensions.setdefault("item_forms", {})
    if (version_id, streets) not in kept:
        kept[version_id, streets] = build_item_form(spec_of(version_id).fields, streets, IntakeForm)
    return kept[version_id, streets]


def _sent() -> MultiDict:
    """Every field asks both for its name: most forms bring no file."""
    return CombinedMultiDict([request.files, request.form]) if request.files else request.form


def _count(form: LineForm, copies: int) -> None:
    """As many copies as the item asks for, and one page, until somebody counts."""
    for field, usual in ((form.copies, copies), (form.pages, 1)):
        if not field.raw_data:
            field.data = usual


@dataclass
class Line:
    """What the item asks for, beside what was typed for it."""

    asked: dict
    form: LineForm
    upload: object = None


class Intake:
    """`sent`: the fields of a POST; without it the draft's. Groups of lines: own, agent, guardian."""

    def __init__(self, draft: Row, by):
        self.draft, self.by = draft, by
        self.item, self.spec = item(draft.item_code), current_spec(draft.item_code)
        kept = MultiDict(draft.data)
        sent = _sent() if request.method == "POST" else kept
        self.form = form_of(self.item.version_id, places())(sent)
        self._offer_choices()
        self._sent = sent
        self.fresh: list[Line] = []
        self.own = self._lines("m", checklist.lines(self.spec), sent)
        self.kept_pictures = self._pictures()

    @cached_property
    def uploads(self) -> dict:
        """What was scanned for this draft; most forms name none of it."""
        return uploads_of(self.draft.id)

    # Most people come themselves: the lines of an agent and of a guardian are made where they are asked for.

    @cached_property
    def agent(self) -> list[Line]:
        return self._lines("agent-m", checklist.lines(self.spec, agent=True)[len(self.own) :], self._sent)

    @cached_property
    def guardian(self) -> list[Line]:
        return self._lines("guardian-m", checklist.lines(self.spec, guardian=True)[len(self.own) :], self._sent)

    def _offer_choices(self) -> None:
        kinds = KINDS_OF[self.spec.applicant]
        self.form.applicant_kind.choices = [c for c in self.form.applicant_kind.choices if c.value in kinds]
        if self.form.applicant_kind.data not in kinds:
            self.form.applicant_kind.data = kinds[0]
        if self.spec.applicant == "organisation" and self.form.id_type.data == "resident_id":
            self.form.id_type.data = "uscc"
        optional = [part for part in self.spec.components if part.optional]
        self.form.components.choices = [SelectChoice(part.code, item(part.code).name) for part in optional]
        if self.form.components.data is None:
            self.form.components.data = []

    def _lines(self, prefix: str, asked: list[dict], sent) -> list[Line]:
        lines = []
        for number, one in enumerate(asked):
            form = LineForm(sent, prefix=f"{prefix}-{number}-")
            _count(form, one["copies"])
            if form.state.data is None and not one["required"]:
                form.state.data = "exempt"
            lines.append(Line(one, form, self._upload(form)))
        return lines

    def _upload(self, form: LineForm):
        upload = self._named(form.upload_id.data)
        form.upload_id.data = str(upload.id) if upload else ""
        return upload

    def _named(self, number: str | None):
        """Only what was scanned for this very draft may be named."""
        return self.uploads.get(int(number)) if number and number.isdigit() and len(number) < 18 else None

    def _pictures(self) -> dict:
        """Pictures among the answers that were handed in before, by field; a new one takes their place."""
        kept = {}
        for field in self.item_fields:
            upload = self._named(self._sent.get(f"{field.name}-kept")) if isinstance(field, Image) else None
            if upload and not field.data and not field.process_errors:
                field.data = read_picture(read(upload))
                kept[field.name] = upload
        return kept

    @property
    def kinds(self) -> dict:
        return {kind: KINDS[kind] for kind in KINDS_OF[self.spec.applicant]}

    @property
    def item_fields(self) -> list:
        return item_fields(self.form)

    @property
    def at_desk(self) -> bool:
        return self.spec.kind == "instant" and self.spec.desk_authority == "decide"

    @property
    def taken(self) -> list[Line]:
        """The lines that count: those of an agent or guardian only when there is one."""
        more = (self.agent if self.has_agent else []) + (self.guardian if self.has_guardian else [])
        return self.own + more

    @property
    def may_have_agent(self) -> bool:
        return self.spec.proxy is True

    @property
    def may_have_guardian(self) -> bool:
        return self.spec.proxy is not False

    @property
    def has_agent(self) -> bool:
        return self.may_have_agent and self.form.has_agent.data

    @property
    def has_guardian(self) -> bool:
        return self.may_have_guardian and self.form.has_guardian.data

    def keep_scans(self) -> None:
        """What was handed in is on disk before anything else is looked at; a file that is none says so at its line.

        Sets `fresh`: the lines that brought one.
        """
        if not any(file.filename for file in request.files.values()):
            return
        for field in self.item_fields:
            if isinstance(field.data, Picture) and field.name not in self.kept_pictures:
                name = f"{field.name}.{field.data.suffix}"
                self.kept_pictures[field.name] = store(field.data.data, name, self.by, self.draft.id)
        for line in self.own + self.agent + self.guardian:
            sent = line.form.scan.data
            if not getattr(sent, "filename", ""):
                continue
            try:
                line.upload = store(sent.stream.read(), sent.filename, self.by, self.draft.id)
                line.form.upload_id.data = str(line.upload.id)
                self.fresh.append(line)
            except ValueError as problem:
                line.form.scan.process_errors = line.form.scan.errors = [str(problem)]
                self.fresh.append(line)

    def validate(self) -> bool:
        sound = self.form.validate()
        for line in self.taken:
            sound = line.form.validate() and sound
            if line.asked["required"] and not line.form.state.data:
                line.form.state.errors = [str(line.form.state.missing)]
                sound = False
        if not sound and not self.form.errors:
            self.form.form_errors.append("")  # a wrong line is a wrong form
        return sound

    # ── what the verb takes ──────────────────────────────────────────────────────────────────────────────────

    def applicant(self) -> dict:
        form = self.form
        return {
            "kind": form.applicant_kind.data,
            "name": form.applicant_name.data or "匿名",
            "id_type": form.id_type.data or "resident_id",
            "id_number": form.id_number.data or None,
            "phone": form.phone.data,
            "delivery_mode": form.delivery_mode.data,
            "particulars": self._particulars(),
        }

    def _particulars(self) -> dict:
        form = self.form
        found = {name: form[name].data for name in ("residence_address", "household_address", "components")}
        if form.applicant_kind.data == "organisation":
            found["legal_representative"] = form.legal_representative.data
        elif form.id_type.data == "resident_id" and form.id_number.data:
            found |= said_by(form.id_number.data)
        for who, there in (("agent", self.has_agent), ("guardian", self.has_guardian)):
            if there:
                parts = ("name", "id_number", "phone", "relation")
                found[who] = {part: form[f"{who}_{part}"].data or "" for part in parts}
        return {name: value for name, value in found.items() if value}

    def ticks(self) -> list[dict]:
        return [line.form.tick() for line in self.taken]

    def answers(self) -> dict:
        """The item's fields by key; a picture is kept like a scan."""
        given = plain(self.form)
        for name, upload in self.kept_pictures.items():
            key = name.removeprefix(PREFIX)
            kept = {"sha256": upload.sha256, "type": upload.content_type, "size": upload.size}
            given[key] = given[key] | kept | {"upload_id": upload.id}
        return given

    def given(self) -> dict:
        """All that the verb takes. The draft's id is the key of the intake: sent twice, it is received once."""
        paper = self.form.channel.data == "paper"
        return {
            "intake_key": self.draft.id,
            "item_code": self.draft.item_code,
            "applicant": self.applicant(),
            "ticks": self.ticks(),
            "form": self.answers(),
            "channel": "paper" if paper else "grid" if not self.by.may("receive") else "window",
            "received_at": self.form.received_at.data if paper else None,
            "duplicate_reason": self.form.duplicate_reason.data or "",
            "hand_receipt": (self.form.hand_receipt.data or "") if paper else "",
        }

    def handed(self) -> dict:
        """Who takes the result of what is settled at the desk: the applicant, or the agent with the authority shown."""
        agent = self.has_agent
        return {
            "collector": (self.form.agent_name if agent else self.form.applicant_name).data or "匿名",
            "identity_checked": self.form.identity_checked.data,
            "relation": "proxy" if agent else "self",
            "authority_seen": agent and all(line.form.state.data == "held" for line in self.agent),
        }

    def typed(self) -> dict[str, list[str]]:
        """Everything as it was typed, for the draft."""
        lines = self.own + self.agent + self.guardian
        known = {line.form.upload_id.name: [line.form.upload_id.data or ""] for line in lines}
        known |= {f"{name}-kept": [str(upload.id)] for name, upload in self.kept_pictures.items()}
        emptied = {name: [""] for name in self.draft.data}  # a box that was unticked is not sent
        return emptied | request.form.to_dict(flat=False) | known

    @property
    def age(self) -> int | None:
        """Whole years, from a proper ID number."""
        try:
            born = born_on(self.form.id_number.data or "")
        except (ValueError, IndexError):
            return None
        now = today()
        return now.year - born.year - ((now.month, now.day) < (born.month, born.day))
