"""The lists of a case that are asked for together say what their tables say, on both databases."""

from datetime import date

from app import moments
from app.cases.models import CorrectionLine, Pause, Query, Task
from app.cases.seen import Seen, SeenFromOutside
from app.catalog.find import current_spec
from app.extensions import db, one_transaction
from app.receive.actions import receive
from app.sealing import Closed
from tests import sample

ODD = '引号"、反斜杠\\、换行\n、𪚥、</script>、%s、 '
DAY = date(2026, 11, 24)


def plain(rows) -> list[list[tuple]]:
    """Values with their types: True is not 1, and what was sealed is opened."""
    opened = [[dict(value) if isinstance(value, Closed) else value for value in row] for row in rows]
    return [[(type(value), value) for value in row] for row in opened]


def a_case_with_everything():
    spec = current_spec("MZ-001")
    case = receive(sample.actor("wf-01.clerk"), "seen", "MZ-001", sample.applicant(name=ODD[:5]), sample.everything(spec), sample.answers(spec))
    task = Task(case_id=case.id, stage=2, office_id="civil_affairs", state="waiting", opinion=ODD, proposal={"结论": ODD}, due_on=DAY,
                opened_at=moments.now(), last=True)  # fmt: skip
    first = Task(case_id=case.id, stage=1, office_id="civil_affairs", state="done")
    with one_transaction():
        db.session.add_all([task, first])
        db.session.flush()
        db.session.add_all([
            Pause(case_id=case.id, procedure=ODD, amount=20, unit="working_day", started_on=DAY, planned_until=DAY, seq=1),
            Query(case_id=case.id, task_id=task.id, reason="other", question=ODD, asked_name="人", asked_at=moments.now()),
            CorrectionLine(case_id=case.id, round=1, name=ODD, problem=ODD, standard=ODD),
        ])  # fmt: skip
    return case


def test_what_is_read_together_is_what_each_table_says(app):
    with app.app_context():
        asked = {"case_id": a_case_with_everything().id}
        for seen in (Seen, SeenFromOutside):
            together = seen.LISTS.read(asked)
            assert list(together) == list(seen.LISTS.of)
            for name, rows in seen.LISTS.of.items():
                alone = db.session.execute(rows, asked).all()
                assert alone, f"nothing to compare: {name}"
                assert plain(together[name]) == plain(alone), name
                assert together[name][0]._fields == alone[0]._fields


def test_a_case_without_lists_has_empty_ones(app):
    with app.app_context():
        assert set(map(tuple, Seen.LISTS.read({"case_id": -1}).values())) == {()}
