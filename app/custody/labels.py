"""材料条码标签: what packing and searching scan, a label for the folder and one for each paper, on sheets of twenty-four."""

from app.cases.models import Case, Material
from app.custody.where import sheet_no
from app.documents.press import press
from app.documents.sheets import label_sheet
from app.extensions import db, forget_what_was_read

FORMS = {"original": "原件", "copy": "复印件"}


def printed(case: Case) -> bytes:
    """The labels of what has come on paper, as a PDF. Slow: never inside a transaction."""
    rows = db.select(Material).where(Material.case_id == case.id, Material.state.in_(("held", "in_transit")))
    papers = db.session.scalars(rows.where(Material.form != "electronic").order_by(Material.line, Material.id)).all()
    item, folder = case.item_name, {"number": case.case_no, "name": case.item_name, "note": "卷夹"}
    labels = [folder, *({"number": sheet_no(case.case_no, one.line), "name": one.name, "note": f"{FORMS.get(one.form, '')}　{item}"} for one in papers)]
    forget_what_was_read()  # no connection is held while the sheet is set
    return press().print(label_sheet(labels))
