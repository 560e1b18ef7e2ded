"""Where a case stands and who asks: everything a guard may look at, read once when first needed."""

from datetime import datetime
from functools import cached_property

from sqlalchemy import column, select, table

from app.cases import clocks, journal
from app.cases.models import Case, CorrectionLine, JournalEntry, Material, Query, Task
from app.catalog.find import spec_of
from app.catalog.stages import stages
from app.extensions import db
from app.people.find import offices_of_department

DOCUMENT = table("document", column("case_id"), column("state"))
IN_HAND = ("held", "in_transit")  # papers that somebody must still give a final place
LIVE = ("waiting", "open", "claimed")


class Standing:
    """One case in the eyes of one person (`by`). Never kept longer than one step or one page."""

    def __init__(self, case: Case, by):
        self.case, self.by = case, by
        self.taken_in: list[dict] | None = None  # the papers that came with the case, as this very step has written them

    @cached_property
    def spec(self):
        return spec_of(self.case.item_version_id)

    @cached_property
    def face(self):
        return clocks.face_of(self.case)

    @cached_property
    def materials(self) -> list[Material]:
        rows = db.select(Material).filter_by(case_id=self.case.id).order_by(Material.line, Material.id)
        return list(db.session.scalars(rows))

    @cached_property
    def tasks(self) -> list[Task]:
        rows = db.select(Task).filter_by(case_id=self.case.id).order_by(Task.stage, Task.id)
        return list(db.session.scalars(rows))

    @cached_property
    def open_queries(self) -> list[Query]:
        return list(db.session.scalars(db.select(Query).filter_by(case_id=self.case.id, answered_at=None)))

    @cached_property
    def children(self) -> list[Case]:
        return list(db.session.scalars(db.select(Case).filter_by(parent_id=self.case.id).order_by(Case.id)))

    @cached_property
    def open_corrections(self) -> list[CorrectionLine]:
        rows = db.select(CorrectionLine).filter_by(case_id=self.case.id, settled_on=None)
        return list(db.session.scalars(rows.order_by(CorrectionLine.id)))

    @cached_property
    def competent_ids(self) -> set[str]:
        """The authority whose matter this is, and the offices of the first stage."""
        units = {self.spec.department, *stages(self.spec)[0].departments}
        return {office.id for unit in units for office in offices_of_department(unit, self.case.street_id)}

    @cached_property
    def entries(self) -> list[JournalEntry]:
        return journal.entries_of(self.case.id)

    @cached_property
    def document_states(self) -> set[str]:
        """In which states the documents of this case are; of a table upstairs, its two columns and none of its rules."""
        rows = select(DOCUMENT.c.state).where(DOCUMENT.c.case_id == self.case.id).distinct()
        return set(db.session.scalars(rows))

    def last(self, action: str) -> JournalEntry | None:
        """The newest journal row of this action, or None."""
        return next((entry for entry in reversed(self.entries) if entry.action == action), None)

    def last_moment(self, state: str) -> datetime | None:
        """When the case last came into this state."""
        came = (e.at for e in reversed(self.entries) if e.to_state == state and e.from_state != state)
        return next(came, None)

    def has_done(self, action: str) -> bool:
        return self.last(action) is not None

    @property
    def authority(self):
        """The office in whose name the item is decided."""
        return offices_of_department(self.spec.department, self.case.street_id)[0]

    @property
    def live_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.state in LIVE]

    @property
    def my_task(self) -> Task | None:
        """The live task of my office that I hold, else the one my office may still claim."""
        mine = [task for task in self.live_tasks if task.office_id == self.by.office_id]
        held = [task for task in mine if task.claimed_by == self.by.id and self.by.id is not None]
        return (held or [task for task in mine if task.state == "claimed"] or mine or [None])[0]

    @property
    def missing(self) -> list[Material]:
        return [paper for paper in self.materials if paper.required and paper.state in ("missing", "deferred")]

    @property
    def papers(self) -> list[Material]:
        """Application papers that exist physically and still travel with the case."""
        return [p for p in self.materials if p.kind != "result" and p.form != "electronic" and p.state in IN_HAND]

    @property
    def results(self) -> list[Material]:
        return [paper for paper in self.materials if paper.kind == "result" and paper.state in IN_HAND]

    @property
    def joint(self) -> bool:
        return bool(self.spec.components)

    @property
    def at_desk(self) -> bool:
        """Decided at the window: an instant item whose decision is delegated to the desk."""
        return self.spec.kind == "instant" and self.spec.desk_authority == "decide"

    def paper_is_at(self, office_ids: set[str]) -> bool:
        return all(paper.state == "held" and paper.office_id in office_ids for paper in self.papers)
