"""A case told over HTTP: each person opens the page, fills in the form and sends it. Looks up the outcome at the end."""

from app.cases import clocks, journal, proof
from app.cases.models import Case, ClockRun, Material, Task
from app.cases.steps import STEPS
from app.catalog.find import current_spec
from app.custody.balance import unbalanced
from app.documents.models import Document
from app.extensions import db
from app.jobs.audit_commands import holes
from tests import sample

DENIAL = {"reason": "经核查不符合条件", "basis": "示例依据第一条", "review_body": "都匀市人民政府", "court": "都匀市人民法院"}

# What the sheet of a result cannot know from the case.
RESULT = {
    "external_certificate": {"certificate_no": "黔第2026-0001号", "issuer": "示例机关", "issued_on": "2026-05-06"},
    "mediation_agreement": {"decision": "双方自愿达成协议，三日内履行。"},
    "wish_feedback": {"claimed_by": "示例志愿者"},
    "event_closure": {"measures": "已劝离并清理现场。"},
}


class Story:
    """One case in the centre of 文峰; `desk_of` gives the browser of a person."""

    def __init__(self, app, desk_of, code: str, clerk: str = "wf-01.clerk", n: int = 1):
        self.app, self.desk_of, self.code, self.clerk, self.n = app, desk_of, code, clerk, n
        with app.app_context():
            self.spec = current_spec(code)
        self.case_no = ""

    # ── the counter ──────────────────────────────────────────────────────────────────────────────────────────

    def come_in(self, *gaps: str, expect: int = 303, **fields) -> "Story":
        """收件; materials whose names contain one of the `gaps` are missing."""
        url, form = self.intake(*gaps, **fields)
        answer = self.desk(self.clerk).post(url, form, expect)
        return self._arrived(answer)

    def settle_at_once(self, **fields) -> "Story":
        """当场办结: the same page, the other button."""
        url, form = self.intake(identity_checked="y", **fields)
        answer = self.desk(self.clerk).post(url.replace("/receive", "/instant"), form, page=url)
        return self._arrived(answer)

    def intake(self, *gaps: str, **fields) -> tuple[str, dict]:
        """Choose the item, and what would be typed into its page."""
        desk = self.desk(self.clerk)
        url = desk.post("/desk/drafts", {"item_code": self.code}, page="/desk/receive").location
        person = sample.applicant(self.n, sample.kind_of(self.spec))
        form = {
            "applicant_kind": person["kind"], "applicant_name": "王小明", "id_type": person["id_type"],
            "id_number": person["id_number"], "phone": person["phone"], "residence_address": "文峰街道示例路1号",
        }  # fmt: skip
        form |= {f"f_{key}": value for key, value in self._answers().items()}
        for place, material in enumerate(self.spec.materials):
            missing = any(gap in material.name for gap in gaps)
            form |= {f"m-{place}-state": "missing" if missing else "held", f"m-{place}-copies": "1",
                     f"m-{place}-pages": "2", f"m-{place}-original_seen": "y"}  # fmt: skip
        return url, form | fields

    def _answers(self) -> dict:
        found = {}
        for field in self.spec.fields:
            value = sample.answers(self.spec)[field.key]
            if field.type == "people":
                row = value[0]
                found |= {f"{field.key}-0-{part}": row[part] for part in ("name", "relation", "id_number")}
            elif field.type == "bool":
                found[field.key] = "yes"
            elif value is not None:
                found[field.key] = value
        return found

    def _arrived(self, answer) -> "Story":
        if answer.status_code == 303:
            self.case_no = answer.location.rsplit("/", 1)[-1].split("?")[0]
        return self

    # ── any step, by the person who takes it ─────────────────────────────────────────────────────────────────

    def take(self, login: str, step: str, expect: int = 303, **fields):
        """Open /desk/cases/<no>/<step>, fill in, send. What is not named stays as the page suggests it."""
        answer = self.desk(login).post(self.url(step), fields, expect)
        assert "/login" not in (answer.location or ""), f"{login} was sent to the door"
        return answer

    def desk(self, login: str):
        """The person's browser, signed in anew: days go by between two steps."""
        return self.desk_of(login).sign_in(login)

    def url(self, step: str = "") -> str:
        return f"/desk/cases/{self.case_no}" + (f"/{step.replace('_', '-')}" if step else "")

    def supplement(self, login: str = "", *names: str, expect: int = 303):
        """补交: tick the papers whose names contain one of `names`, or all that are awaited."""
        desk = self.desk(login or self.clerk)
        page = desk.get(self.url("supplement"))
        ticks = {}
        for box in page.select("input[type=checkbox][name$=arrived]"):
            row = box.find_parent("tr") or box.find_parent("fieldset")
            if not names or any(name in row.get_text() for name in names):
                ticks[box["name"]] = box.get("value", "y")
        ticks |= {box["name"]: box.get("value", "y") for box in page.select("input[name^=line-]") if not names}
        return desk.post(self.url("supplement"), ticks, expect)

    def carry(self, sender: str, taker: str, missing: tuple[str, ...] = (), **fields) -> str:
        """The sender packs and sends everything it holds of this case to the taker's office; returns the slip number."""
        slip_no = self.send(sender, taker)
        gone = [str(paper.id) for paper in self.papers() if any(name in paper.name for name in missing)]
        self.desk(taker).post(f"/desk/slips/{slip_no}/take", {"missing_ids": gone} if gone else {}, **fields)
        return slip_no

    def send(self, sender: str, taker: str) -> str:
        desk, here = self.desk(sender), sender.rsplit(".", 1)[0]
        ids = [str(p.id) for p in self.papers() if p.state == "held" and p.office_id == here and p.form != "electronic"]
        form = {"to_office_id": taker.rsplit(".", 1)[0], "material_ids": ids, "pouch_no": "P1", "seal_no": "S1"}
        url = desk.post("/desk/slips/new", form, page=f"/desk/slips/new?case={self.case_no}&all=1").location
        slip_no = url.rsplit("/", 1)[-1]
        desk.post(f"/desk/slips/{slip_no}/send", {"carrier_name": "赵流转"})
        return slip_no

    # ── the whole way ────────────────────────────────────────────────────────────────────────────────────────

    def accept(self) -> "Story":
        """At the desk where it may, else by the competent office."""
        self.take(self.clerk if self.spec.desk_authority != "receive" else self.competent(), "accept")
        return self

    def competent(self) -> str:
        with self.app.app_context():
            case = self.case()
            return f"{case.waits_office_id}.officer"

    def through_the_offices(self, outcome: str = "granted") -> "Story":
        """Every stage in turn: papers there, taken up, opinion or decision."""
        holder = self.clerk
        while (task := self.next_task()) is not None:
            officer = f"{task.office_id}.officer"
            if any(p.form != "electronic" and p.state == "held" and p.office_id != task.office_id for p in self.papers()):
                self.carry(holder, officer)
            self.take(officer, "take_up" if self.case().state == "accepted" else "claim")
            if task.last:
                self.decide(task.office_id, outcome)
            else:
                self.take(officer, "give_opinion", opinion="情况属实，同意上报")
            holder = officer
        return self

    def decide(self, office_id: str, outcome: str = "granted") -> None:
        grounds = DENIAL if outcome == "denied" else {}
        self.take(f"{office_id}.officer", "propose", outcome=outcome, opinion="拟同意", **grounds)
        self.take(f"{office_id}.approver", "conclude")

    def hand_over(self) -> "Story":
        """The window's last links: result, notice, delivery, archive."""
        if self.case().outcome != "denied":
            if not self.spec.components:
                self.make_result()
            self.take("wf-01.issuer", "make_ready")
        self.take("wf-01.issuer", "deliver", mode="direct", relation="self", identity_checked="y")
        self.take("wf-01.archivist", "archive")
        return self

    def make_result(self) -> None:
        self.take("wf-01.issuer", "issue_result", **RESULT.get(self.spec.result.template, {}))

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────

    def _look(self, statement) -> list:
        with self.app.app_context():
            rows = list(db.session.scalars(statement))
            for row in rows:
                db.session.expunge(row)
            return rows

    def case(self) -> Case:
        return self._look(db.select(Case).filter_by(case_no=self.case_no))[0]

    def papers(self) -> list[Material]:
        return self._look(db.select(Material).where(Material.case_id == self.case().id).order_by(Material.id))

    def tasks(self) -> list[Task]:
        return self._look(db.select(Task).where(Task.case_id == self.case().id).order_by(Task.stage, Task.id))

    def next_task(self) -> Task | None:
        return next((task for task in self.tasks() if task.state in ("waiting", "open")), None)

    def documents(self) -> list[Document]:
        return self._look(db.select(Document).where(Document.case_id == self.case().id).order_by(Document.id))

    def kinds(self) -> list[str]:
        return [document.kind for document in self.documents()]

    def clock(self, kind: str) -> ClockRun:
        """The newest running of a clock."""
        rows = db.select(ClockRun).where(ClockRun.case_id == self.case().id, ClockRun.kind == kind)
        return self._look(rows.order_by(ClockRun.id.desc()))[0]

    def actions(self) -> list[str]:
        return [entry.action for entry in self._entries()]

    def _entries(self):
        with self.app.app_context():
            return journal.entries_of(self.case().id)

    def must_hold(self) -> None:
        """What holds of every case at every moment."""
        with self.app.app_context():
            for case in db.session.scalars(db.select(Case)):
                rebuilt = clocks.rebuild(case, journal.entries_of(case.id), STEPS)
                assert rebuilt.runs == clocks.face_of(case).runs
            assert unbalanced() == []
            assert list(proof.broken_entries()) == []
            assert list(holes()) == []
