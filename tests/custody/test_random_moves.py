"""However papers are packed, sent, lost and found: the account closes."""

import random

import pytest

from app.cases.models import Material
from app.cases.standing import Standing
from app.custody import actions as custody
from app.custody.balance import of_cases, sums, unbalanced
from app.custody.models import Slip, SlipLine
from app.custody.slips import OPEN
from app.extensions import db
from app.refusals import Refusal
from tests import backoffice, sample

PEOPLE = ("wf-01.clerk", "market_regulation.officer", "wf-01.courier", "gh-01.clerk")


@pytest.mark.parametrize("seed", range(3))
def test_the_balance_closes_after_random_moves(inside, seed):
    dice = random.Random(seed)
    cases = [backoffice.accepted("SJ-001", n) for n in (1, 2)]
    received = sum(len(Standing(case, sample.actor(PEOPLE[0])).materials) for case in cases)
    by = {login: sample.actor(login) for login in PEOPLE}
    done = 0
    for _move in range(90):
        try:
            _any_move(dice, by[dice.choice(PEOPLE + PEOPLE[:2])])
            done += 1
        except Refusal:
            db.session.rollback()
        assert unbalanced() == []
    assert done > 10
    assert sum(line.received - line.lost for line in sums(of_cases())) == received


def _any_move(dice, by):
    slips = list(db.session.scalars(db.select(Slip).where(Slip.state.in_(OPEN)).order_by(Slip.id)))
    everything = db.select(Material.id).where(Material.form != "electronic").order_by(Material.id)
    papers = list(db.session.scalars(everything))
    here = list(db.session.scalars(everything.where(Material.office_id == by.office_id))) or papers
    slip = dice.choice(slips) if slips else None
    move = dice.choice(("pack", "add", "remove", "send", "take", "short", "recall", "settle"))
    if move == "pack" or slip is None:
        return custody.pack(by, dice.choice(("wf-01", "market_regulation")), dice.sample(here, min(2, len(here))))
    line = dice.choice(list(db.session.scalars(db.select(SlipLine.material_id).filter_by(slip_id=slip.id))) or [0])
    moves = {
        "add": lambda: custody.add_papers(slip, by, [dice.choice(papers)]),
        "remove": lambda: custody.remove_paper(slip, by, line),
        "send": lambda: custody.send(slip, by, "钱乙"),
        "take": lambda: custody.take(slip, by),
        "short": lambda: custody.take(slip, by, [line]),
        "recall": lambda: custody.recall(slip, by),
        "settle": lambda: custody.settle(slip, by, line, dice.choice(("found", "returned", "lost")), "查明"),
    }
    return moves[move]()
