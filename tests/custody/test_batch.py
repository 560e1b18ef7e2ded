"""What came with one courier is taken in one go, and what lies packed goes with one."""

from app.cases.standing import Standing
from app.custody import actions as custody
from app.custody.models import Slip
from app.extensions import db
from tests import backoffice, sample


def pack(n: int) -> str:
    case, clerk = backoffice.accepted("CG-002", n), sample.actor(backoffice.CLERK)
    return custody.pack(clerk, "urban_management", [paper.id for paper in Standing(case, clerk).papers]).slip_no


def states(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(Slip.state).order_by(Slip.id)))


def test_several_slips_are_sent_and_taken_together_each_for_itself(app, desk_of):
    with app.app_context():
        first, second, third = (pack(n) for n in (1, 2, 3))
    clerk, officer = desk_of(backoffice.CLERK), desk_of("urban_management.officer")
    assert len(clerk.get("/desk/slips").select("[form=send-ticked][name=slip_no]")) == 3
    ticked = {"slip_no": [first, second], "carrier_name": "钱乙"}
    clerk.post("/desk/slips/send-ticked", ticked | {"carrier_name": " "}, page="/desk/slips")
    assert "请写明物料流转员姓名" in clerk.get("/desk/slips").select_one("#banner").get_text()
    clerk.post("/desk/slips/send-ticked", ticked, page="/desk/slips")
    assert "交出 2 张" in clerk.get("/desk/slips").select_one("#banner").get_text()
    assert states(app) == ["sent", "sent", "packing"]
    officer.post("/desk/slips/take-ticked", {"slip_no": [first, second, third]}, page="/desk/slips")
    said = officer.get("/desk/slips").select_one("#banner").get_text()
    assert "接收 2 张" in said and third in said, "what has not left yet is named with its reason"
    assert states(app) == ["received", "received", "packing"]
