"""Synthetic cases in every state, each brought there by the real verbs, so that the data obey the rules.

A story is told in working time: minutes of the mornings of working days. Told again on another day, by another person,
it takes the same turns at the same working minutes; that is what lets `demo load` copy it (bulk.py).
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from app import moments
from app.calendar.due import WORKING_DAY, due
from app.calendar.find import calendar_for
from app.cases.models import Case
from app.cases.standing import Standing
from app.catalog.find import current_spec, items
from app.custody import actions as custody
from app.feedback import actions as feedback
from app.instant.actions import settle_at_desk
from app.jobs.demo import people
from app.people.actor import SYSTEM, Actor
from app.people.find import office, receiving_offices, user_by_login
from app.people.sessions import actor_for
from app.process import actions as process
from app.receive import actions as receive
from app.receive.checklist import lines
from app.refusals import Refusal
from app.route import actions as route

MORNING = 180  # minutes of a day in which steps are taken; a story that begins at one o'clock takes them in the afternoon
BEGINS = 300  # a story may begin so many minutes after nine
GAPS = (10, 40, 120, 180, 200, 330)  # working minutes between two steps
SLOW = 0.07  # stories in which an office lets the promise pass
RESULT = {
    "external_certificate": {"certificate_no": "示例第0001号", "issuer": "示例机关"},
    "mediation_agreement": {"decision": "双方自愿达成协议。"},
    "wish_feedback": {"claimed_by": "示例志愿者"},
    "event_closure": {"measures": "已现场处置。"},
}
DENIAL = {"reason": "经核查不符合条件", "basis": "事项实施清单所列条件", "review_body": "都匀市人民政府", "court": "都匀市人民法院"}


@dataclass(frozen=True)
class Story:
    """`seed`: the same one takes the same turns. `day`: a working day; `minutes`, `seconds`: after nine o'clock.
    `person`: name, id_number and phone instead of those that the seed would choose."""

    seed: str
    centre_id: str
    item_code: str
    day: date
    minutes: int = 0
    seconds: int = 0
    person: dict | None = None


def load(count: int, seed: int = 1, days: int = 40) -> Iterator[Case]:
    """`count` cases over the last `days` days, one at a time; the same seed tells the same stories."""
    dice, teller = Random(seed), Teller(moments.now())
    centres = [place for place in receiving_offices() if place.kind == "service_centre"]
    for number in range(count):
        start = moments.now() - timedelta(days=days * (1 - number / count), minutes=dice.randint(0, 400))
        centre, item, minutes = dice.choice(centres), dice.choice(items()), dice.randrange(BEGINS)
        day = teller.day_before(start, centre.id, minutes)
        yield teller.tell(f"demo-{seed}-{number}", Story(f"{seed}-{number}", centre.id, item.code, day, minutes))


class Teller:
    """Tells one story after another, up to the moment `until`; remembers who sits where.

    `after`: called with the case and the moment after each step that was taken.
    """

    def __init__(self, until: datetime, after: Callable[[Case, datetime], None] = lambda case, at: None):
        self._actors: dict[str, Actor | None] = {}
        self._until, self._after = until, after

    def day_before(self, moment: datetime, centre_id: str, minutes: int) -> date:
        """The last working day on which a story may have begun by then, so many minutes after nine."""
        day, calendar = moment.date(), calendar_for(centre_id)
        if _clock(day, minutes) > min(moment, self._until):
            day -= timedelta(days=1)
        while not calendar.is_working(day):
            day -= timedelta(days=1)
        return day

    def tell(self, key: str, story: Story) -> Case:
        self._story, self._dice, self._worked = story, Random(story.seed), 0
        self._calendar = calendar_for(story.centre_id)
        dice, spec, clerk = self._dice, current_spec(story.item_code), self._at(f"{story.centre_id}.clerk")
        person = people.applicant(spec, dice) | (story.person or {})
        form = people.answers(spec, dice, story.day)
        self._slow = spec.promised_days + dice.randint(1, 8) if dice.random() < SLOW else 0
        gaps = dice.random() < 0.2
        ticks = [
            {"state": "missing" if gaps and line["required"] and dice.random() < 0.4 else "held", "copies": 1,
             "pages": dice.randint(1, 4), "original_seen": line["verify_original"]}
            for line in lines(spec)
        ]  # fmt: skip
        at = self._moment()
        with moments.at(at):
            if spec.kind == "instant" and spec.desk_authority == "decide" and not gaps:
                handed = {"collector": person["name"], "identity_checked": True, "relation": "self"}
                case = settle_at_desk(clerk, key, story.item_code, person, ticks, form, handed=handed)
            else:
                case = receive.receive(clerk, key, story.item_code, person, ticks, form)
        self._after(case, at)
        with suppress(Refusal, _Enough):  # a story may end early: out of time, or a rule says no
            self._go_on(case, clerk)
        return case

    def _go_on(self, case: Case, clerk: Actor) -> None:
        if case.state == "delivered":
            self._put_away(case)
            return
        self._wait()
        if not self._accepted(case, clerk):
            return
        if Standing(case, SYSTEM).joint:
            return
        while (task := self._next_task(case)) is not None:
            officer = self._at(f"{task.office_id}.officer")
            self._carry(case, officer)
            self._do(case, process.take_up if case.state == "accepted" else process.claim, case, officer)
            self._perhaps_ask(case, officer, clerk)
            self._bring_late_papers(case, clerk)
            self._wait(self._slow)
            self._slow = 0
            if task.last:
                self._decide(case, officer, self._at(f"{task.office_id}.approver"))
            else:
                self._do(case, process.give_opinion, case, officer, "情况属实，同意上报。")
        self._answer(case, self._at(f"{self._story.centre_id}.issuer"))
        self._put_away(case)

    def _accepted(self, case: Case, clerk: Actor) -> bool:
        """Accepted, deferred, corrected, refused, forwarded or withdrawn, as it happens."""
        standing, roll = Standing(case, clerk), self._dice.random()
        by = clerk if standing.spec.desk_authority != "receive" else self._at(f"{case.waits_office_id}.officer")
        if standing.missing:
            if all(paper.deferrable for paper in standing.missing) and roll < 0.6:
                self._do(case, receive.accept_tolerant, case, by, 3, True)
                return True
            return self._corrected(case, by, clerk, roll)
        if roll < 0.02:
            self._do(case, receive.refuse, case, by, "other", "不符合受理条件", "事项实施清单")
            self._give_back(case, clerk)
        elif roll < 0.03 and by is clerk:
            self._do(case, receive.forward, case, by, "市信访局", "属于信访事项")
            self._wait(2)
            self._do(case, receive.record_reply, case, by, "已转有权处理机关办理。")
            self._give_back(case, clerk)
        elif roll < 0.05:
            self._withdraw(case, clerk)
        elif roll < 0.07:  # nobody says anything for five working days: the law does
            self._wait(6)
            self._do(case, receive.deem_accepted, case, SYSTEM)
            return True
        else:
            self._do(case, receive.accept, case, by)
            return True
        return False

    def _corrected(self, case: Case, by: Actor, clerk: Actor, roll: float) -> bool:
        """Told once what is missing; most bring it, some give up, some are never heard of again."""
        missing = Standing(case, clerk).missing
        asked = [{"material_id": p.id, "name": p.name, "problem": "未提交", "standard": ""} for p in missing]
        self._do(case, receive.request_correction, case, by, asked)
        self._wait(self._dice.randint(1, 8))
        if roll > 0.9:
            return False
        if roll > 0.8:
            self._withdraw(case, clerk)
            return False
        self._supplement(case, clerk)
        self._do(case, receive.accept, case, by)
        return True

    def _bring_late_papers(self, case: Case, clerk: Actor) -> None:
        if Standing(case, SYSTEM).missing:
            self._supplement(case, clerk)

    def _supplement(self, case: Case, clerk: Actor) -> None:
        came = [{"material_id": paper.id, "original_seen": True} for paper in Standing(case, clerk).missing]
        self._do(case, receive.supplement, case, clerk, came)

    def _withdraw(self, case: Case, clerk: Actor) -> None:
        self._do(case, receive.withdraw, case, clerk, "申请人不再办理", True)
        self._give_back(case, clerk)

    def _give_back(self, case: Case, clerk: Actor) -> None:
        held = [paper.id for paper in Standing(case, clerk).papers if paper.office_id == clerk.office_id]
        if held:
            self._do(case, custody.return_material, case, clerk, held, case.applicant_name)

    def _carry(self, case: Case, officer: Actor) -> None:
        """The papers go to the officer's desk; now and then one is not in the pouch, and is found or lost."""
        away = [p for p in Standing(case, SYSTEM).papers if p.state == "held" and p.office_id != officer.office_id]
        if not away:
            return
        place = office(away[0].office_id)
        sender = self._at(f"{place.id}.{'clerk' if place.is_window else 'officer'}")
        slip = self._do(case, custody.pack, sender, officer.office_id, [p.id for p in away], "P01", "S01")
        self._do(case, custody.send, slip, sender, "示例流转员")
        short = [away[0].id] if len(away) > 2 and self._dice.random() < 0.02 else []
        self._do(case, custody.take, slip, officer, short)
        if short:
            how = "found" if self._dice.random() < 0.6 else "lost"
            self._do(case, custody.settle, slip, officer, short[0], how, "已核对沿途交接记录。")

    def _perhaps_ask(self, case: Case, officer: Actor, clerk: Actor) -> None:
        if self._dice.random() < 0.05:
            self._do(case, route.query_window, case, officer, "需核实情况", "请核对申请表第二页。")
            self._do(case, route.answer, case, clerk, "已核对，无误。")

    def _decide(self, case: Case, officer: Actor, approver: Actor) -> None:
        outcome = "denied" if self._dice.random() < 0.06 else "granted"
        grounds = {"opinion": "拟同意"} | (DENIAL if outcome == "denied" else {})
        self._do(case, process.propose, case, officer, outcome, **grounds)
        self._do(case, process.conclude, case, approver, outcome, **grounds)

    def _answer(self, case: Case, issuer: Actor) -> None:
        if case.outcome == "granted":
            template = Standing(case, SYSTEM).spec.result.template
            self._do(case, feedback.issue_result, case, issuer, **RESULT.get(template, {}))
            self._do(case, feedback.make_ready, case, issuer)
            self._wait(self._dice.randint(5, 40) if self._dice.random() < 0.12 else 0)
        self._do(case, feedback.deliver, case, issuer, case.applicant_name, identity_checked=True, relation="self")

    def _put_away(self, case: Case) -> None:
        if self._dice.random() < 0.3:
            self._wait()
            with moments.at(self._moment()):
                feedback.rate(case, self._dice.choices((5, 4, 3, 2, 1), (74, 20, 4, 1, 1))[0])
            self._after(case, self._moment())
        self._do(case, feedback.archive, case, self._at(f"{self._story.centre_id}.archivist"))

    def _do(self, case: Case, verb, *args, **facts):
        """Take a step after some time; stop the story where the present is reached."""
        self._wait()
        with moments.at(self._moment()):
            done = verb(*args, **facts)
        self._after(case, self._moment())
        return done

    def _wait(self, days: int = 0) -> None:
        self._worked += days * MORNING + self._dice.choice(GAPS)
        if self._moment() > self._until:
            raise _Enough

    def _moment(self) -> datetime:
        days, minutes = divmod(self._worked, MORNING)
        day = due(self._story.day, days, WORKING_DAY, self._calendar).on
        return _clock(day, self._story.minutes + minutes, self._story.seconds)

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


def _clock(day: date, minutes: int, seconds: int = 0) -> datetime:
    return datetime.combine(day, time(9), moments.CST) + timedelta(minutes=minutes, seconds=seconds)


class _Enough(Exception):
    """The story has reached the present."""
