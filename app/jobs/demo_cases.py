"""`demo load`: synthetic cases in every state, each brought there by the real verbs, so that the data obey the rules."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from app import moments
from app.cases.models import Case
from app.cases.standing import Standing
from app.catalog.find import current_spec, items
from app.custody import actions as custody
from app.feedback import actions as feedback
from app.instant.actions import settle_at_desk
from app.jobs import demo_people
from app.people.actor import SYSTEM, Actor
from app.people.find import office, receiving_offices, user_by_login
from app.people.sessions import actor_for
from app.process import actions as process
from app.receive import actions as receive
from app.receive.checklist import lines
from app.refusals import Refusal
from app.route import actions as route

RESULT = {
    "external_certificate": {"certificate_no": "示例第0001号", "issuer": "示例机关"},
    "mediation_agreement": {"decision": "双方自愿达成协议。"},
    "wish_feedback": {"claimed_by": "示例志愿者"},
    "event_closure": {"measures": "已现场处置。"},
}
DENIAL = {"reason": "经核查不符合条件", "basis": "事项实施清单所列条件", "review_body": "都匀市人民政府", "court": "都匀市人民法院"}


def load(count: int, seed: int = 1, days: int = 40) -> Iterator[Case]:
    """`count` cases over the last `days` days, one at a time; the same seed tells the same stories."""
    dice, teller = Random(seed), _Teller()
    centres = [place for place in receiving_offices() if place.kind == "service_centre"]
    for number in range(count):
        start = moments.now() - timedelta(days=days * (1 - number / count), minutes=dice.randint(0, 400))
        yield teller.tell(f"demo-{seed}-{number}", dice.choice(centres), dice.choice(items()), start, dice)


class _Teller:
    """Tells one story after another; remembers who sits where."""

    def __init__(self):
        self._actors: dict[str, Actor | None] = {}
        self._until = moments.now()

    def tell(self, key: str, centre, item, start: datetime, dice: Random) -> Case:
        self._now, self._dice = min(start.replace(hour=9 + dice.randint(0, 7)), self._until), dice
        spec, clerk = current_spec(item.code), self._at(f"{centre.id}.clerk")
        person, form = demo_people.applicant(spec, dice), demo_people.answers(spec, dice)
        gaps = dice.random() < 0.2
        ticks = [
            {"state": "missing" if gaps and line["required"] and dice.random() < 0.4 else "held", "copies": 1,
             "pages": dice.randint(1, 4), "original_seen": line["verify_original"]}
            for line in lines(spec)
        ]  # fmt: skip
        with moments.at(self._now):
            if spec.kind == "instant" and spec.desk_authority == "decide" and not gaps:
                handed = {"collector": person["name"], "identity_checked": True, "relation": "self"}
                return settle_at_desk(clerk, key, item.code, person, ticks, form, handed=handed)
            case = receive.receive(clerk, key, item.code, person, ticks, form)
        with suppress(Refusal, _Enough):  # a story may end early: out of time, or a rule says no
            self._go_on(case, centre)
        return case

    def _go_on(self, case: Case, centre) -> None:
        clerk = self._at(f"{centre.id}.clerk")
        self._wait()
        if not self._accepted(case, clerk):
            return
        if Standing(case, SYSTEM).joint:
            return
        while (task := self._next_task(case)) is not None:
            officer = self._at(f"{task.office_id}.officer")
            self._carry(case, officer)
            self._do(process.take_up if case.state == "accepted" else process.claim, case, officer)
            self._perhaps_ask(case, officer, clerk)
            if task.last:
                self._decide(case, officer, self._at(f"{task.office_id}.approver"))
            else:
                self._do(process.give_opinion, case, officer, "情况属实，同意上报。")
        self._answer(case, self._at(f"{centre.id}.issuer"), self._at(f"{centre.id}.archivist"))

    def _accepted(self, case: Case, clerk: Actor) -> bool:
        """Accepted, deferred, corrected, refused, forwarded or withdrawn, as it happens."""
        standing, roll = Standing(case, clerk), self._dice.random()
        by = clerk if standing.spec.desk_authority != "receive" else self._at(f"{case.waits_office_id}.officer")
        if standing.missing:
            if all(paper.deferrable for paper in standing.missing) and roll < 0.6:
                self._do(receive.accept_tolerant, case, by, 3, True)
                return True
            asked = [{"material_id": p.id, "name": p.name, "problem": "未提交", "standard": ""} for p in standing.missing]
            self._do(receive.request_correction, case, by, asked)
            return False
        if roll < 0.02:
            self._do(receive.refuse, case, by, "other", "不符合受理条件", "事项实施清单")
            return False
        if roll < 0.03 and by is clerk:
            self._do(receive.forward, case, by, "市信访局", "属于信访事项")
            return False
        if roll < 0.05:
            self._do(receive.withdraw, case, clerk, "申请人不再办理", True)
            return False
        if roll > 0.08:
            self._do(receive.accept, case, by)
            return True
        return False

    def _carry(self, case: Case, officer: Actor) -> None:
        """The papers go to the officer's desk; now and then one is not in the pouch."""
        away = [p for p in Standing(case, SYSTEM).papers if p.state == "held" and p.office_id != officer.office_id]
        if not away:
            return
        place = office(away[0].office_id)
        sender = self._at(f"{place.id}.{'clerk' if place.is_window else 'officer'}")
        slip = self._do(custody.pack, sender, officer.office_id, [p.id for p in away], "P01", "S01")
        self._do(custody.send, slip, sender, "示例流转员")
        short = [away[0].id] if len(away) > 2 and self._dice.random() < 0.02 else []
        self._do(custody.take, slip, officer, short)

    def _perhaps_ask(self, case: Case, officer: Actor, clerk: Actor) -> None:
        if self._dice.random() < 0.05:
            self._do(route.query_window, case, officer, "需核实情况", "请核对申请表第二页。")
            self._do(route.answer, case, clerk, "已核对，无误。")

    def _decide(self, case: Case, officer: Actor, approver: Actor) -> None:
        outcome = "denied" if self._dice.random() < 0.06 else "granted"
        grounds = {"opinion": "拟同意"} | (DENIAL if outcome == "denied" else {})
        self._do(process.propose, case, officer, outcome, **grounds)
        self._do(process.conclude, case, approver, outcome, **grounds)

    def _answer(self, case: Case, issuer: Actor, archivist: Actor) -> None:
        if case.outcome == "granted":
            template = Standing(case, SYSTEM).spec.result.template
            self._do(feedback.issue_result, case, issuer, **RESULT.get(template, {}))
            self._do(feedback.make_ready, case, issuer)
        self._do(feedback.deliver, case, issuer, case.applicant_name, identity_checked=True, relation="self")
        if self._dice.random() < 0.3:
            with moments.at(self._now):
                feedback.rate(case, self._dice.choices((5, 4, 3, 2, 1), (70, 20, 5, 3, 2))[0])
        self._do(feedback.archive, case, archivist)

    def _do(self, verb, *args, **facts):
        """Take a step after some hours; stop the story where today is reached."""
        self._wait()
        with moments.at(self._now):
            return verb(*args, **facts)

    def _wait(self) -> None:
        self._now += timedelta(hours=self._dice.choice((0.2, 1, 3, 20, 24, 30)))
        if self._now > self._until:
            raise _Enough

    def _next_task(self, case: Case):
        tasks = Standing(case, SYSTEM).live_tasks
        return next((task for task in tasks if task.state in ("waiting", "open")), None)

    def _at(self, login: str) -> Actor:
        if login not in self._actors:
            user = user_by_login(login)
            self._actors[login] = actor_for(user) if user else None
        if self._actors[login] is None:
            raise Refusal(f"没有演示账号 {login}")
        return self._actors[login]


class _Enough(Exception):
    """The story has reached the present."""
