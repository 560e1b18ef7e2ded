"""However papers are packed, sent, lost, found, given back, in pouches or not: the account closes after each step."""

import random

import pytest

from app.cases.find import case_by_id
from app.cases.journal import entries_of
from app.cases.models import Case, Material
from app.custody import actions as custody
from app.custody.balance import of_cases, sums, unbalanced
from app.custody.models import PouchLine, Slip, SlipLine
from app.custody.slips import OPEN
from app.custody.where import path
from app.extensions import db
from app.receive import actions as receive
from app.refusals import Refusal
from tests import backoffice, sample

CASES, MOVES = 50, 120
PEOPLE = ("wf-01.clerk", "gh-01.clerk", "market_regulation.officer", "civil_affairs.officer", "urban_management.officer",
          "service_admin.officer", "wf-01.courier", "service_admin.courier")  # fmt: skip
OFFICES = ("wf-01", "gh-01", "market_regulation", "civil_affairs", "urban_management", "service_admin")
# What the newest row of a paper's way says of where it must be.
SAYS = {
    "receive": ("held",), "papers_sent": ("in_transit",), "papers_passed": ("in_transit",), "papers_taken": ("held",),
    "papers_short": ("in_transit",), "papers_recalled": ("held",), "papers_settled": ("held", "lost"), "return_material": ("returned",),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_the_balance_closes_after_each_random_move_of_fifty_cases_and_six_offices(inside, seed):
    done = walk(seed, MOVES)
    assert sum(done.values()) > MOVES / 4 and len(done) >= 8, done


def walk(seed: int, moves: int) -> dict[str, int]:
    """So many moves, most of them possible; how often each was made. The account is closed after every single one."""
    dice = random.Random(seed)
    clerk = sample.actor(PEOPLE[0])
    for n in range(CASES):
        case = backoffice.accepted("SJ-001", n + 1)
        if n % 5 == 0:
            receive.withdraw(case, clerk, "不办了", True)
    received = sum(line.received for line in sums(of_cases()))
    by = {login: sample.actor(login) for login in PEOPLE}
    done: dict[str, int] = {}
    for _move in range(moves):
        try:
            move = _any_move(dice, by)
            done[move] = done.get(move, 0) + 1
        except Refusal:
            db.session.rollback()
        assert unbalanced() == []
    substitutes = db.session.scalar(db.select(db.func.count()).where(Material.substitute_of.is_not(None)))
    assert sum(line.received for line in sums(of_cases())) == received + substitutes
    _the_journal_says_the_same()
    return done


def _the_journal_says_the_same() -> None:
    """An independent recount: the way of each paper, read from the journal alone, ends where the paper is."""
    for case_id in db.session.scalars(db.select(Case.id)).all():
        entries = entries_of(case_by_id(case_id).id)
        for paper in db.session.scalars(db.select(Material).filter_by(case_id=case_id)):
            if paper.form != "electronic" and paper.state not in ("missing", "exempt"):
                steps = path(paper, entries)
                assert paper.state in SAYS[steps[-1].action], (paper.name, paper.state, [step.action for step in steps])


def _any_move(dice, people: dict) -> str:
    wanted = dice.choice(("pack", "add", "remove", "send", "send", "take", "take", "short", "recall", "settle", "settle", "pouch",
                          "pouch", "unpouch", "pouch_short", "pouch_settle", "pouch_settle", "give_back"))  # fmt: skip
    slips = list(db.session.scalars(db.select(Slip).where(Slip.state.in_(OPEN)).order_by(Slip.id)))
    slip = _fitting(dice, slips, wanted)
    by = _somebody(dice, people, slip, wanted)
    everything = db.select(Material.id).where(Material.form != "electronic").order_by(Material.id)
    here = list(db.session.scalars(everything.where(Material.office_id == by.office_id, Material.state == "held")))
    papers = here or list(db.session.scalars(everything))
    if wanted == "give_back":
        return wanted if _give_back(dice, by) else "nothing to give back"
    if wanted == "pack" or slip is None:
        custody.pack(by, dice.choice(OFFICES), dice.sample(papers, min(3, len(papers))))
        return "pack"
    line = dice.choice(list(db.session.scalars(db.select(SlipLine.material_id).filter_by(slip_id=slip.id))) or [0])
    inner = dice.choice(list(db.session.scalars(db.select(PouchLine.inner_id).filter_by(slip_id=slip.id))) or [0])
    other = dice.choice([one.id for one in slips if one.from_office_id == by.office_id or one.at_office_id == by.office_id] or [0])
    how = dice.choice(("found", "returned", "lost"))
    {
        "add": lambda: custody.add_papers(slip, by, [dice.choice(papers)]),
        "remove": lambda: custody.remove_paper(slip, by, line),
        "send": lambda: custody.send(slip, by, "钱乙"),
        "take": lambda: custody.take(slip, by),
        "short": lambda: custody.take(slip, by, [line]),
        "recall": lambda: custody.recall(slip, by),
        "settle": lambda: custody.settle(slip, by, line, how, "查明"),
        "pouch": lambda: custody.add_pouch(slip, by, other),
        "unpouch": lambda: custody.remove_pouch(slip, by, inner),
        "pouch_short": lambda: custody.take(slip, by, [], None, [inner]),
        "pouch_settle": lambda: custody.settle_pouch(slip, by, inner, how, "查明"),
    }[wanted]()
    return wanted


STATE = {"take": "sent", "short": "sent", "recall": "sent", "pouch_short": "sent", "settle": "discrepancy", "pouch_settle": "discrepancy"}


def _fitting(dice, slips: list[Slip], wanted: str) -> Slip | None:
    """Mostly a slip with which this may succeed; sometimes any, so that refusals are met too."""
    likely = [one for one in slips if one.state == STATE.get(wanted, "packing")]
    if wanted in ("unpouch", "pouch_short", "pouch_settle"):
        around = set(db.session.scalars(db.select(PouchLine.slip_id)))
        likely = [one for one in likely if one.id in around]
    return dice.choice(likely if likely and dice.random() < 0.9 else slips) if slips else None


def _somebody(dice, people: dict, slip: Slip | None, wanted: str):
    """Mostly somebody of the office whose turn it is; sometimes anybody."""
    if slip is not None and wanted not in ("pack", "give_back") and dice.random() < 0.9:
        office = slip.to_office_id if wanted in ("take", "short", "pouch_short") else slip.from_office_id
        return dice.choice([one for one in people.values() if one.office_id == office])
    return dice.choice([*people.values(), *[people[PEOPLE[0]]] * 6])


def _give_back(dice, by) -> bool:
    rows = db.select(Material).join(Case, Case.id == Material.case_id).where(
        Case.state == "withdrawn", Material.state == "held", Material.office_id == by.office_id, Material.form != "electronic")  # fmt: skip
    found = list(db.session.scalars(rows.order_by(Material.id)))
    if not found:
        return False
    paper = dice.choice(found)
    custody.return_material(case_by_id(paper.case_id), by, [paper.id], "王小明")
    return True
