"""What one must know about an item at the desk: what to ask first, what goes wrong most, who to call, a filled form."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.cases.models import Case, CorrectionLine
from app.catalog.find import Listed, current_spec, item
from app.catalog.spec import FieldSpec, ItemSpec
from app.catalog.stages import requires, stages
from app.extensions import db
from app.people.find import offices_of_department, staff_of

LAST = 300  # cases of the item that are looked at
TOP = 6
BACK_OFFICE = ("case_officer", "mediator")
# A person who does not exist: the division 529999 is assigned to nobody.
PERSON = {"name": "王小明", "relation": "父亲", "id_number": "529999194001010000", "phone": "13800000000"}
EXAMPLES = {
    "text": "照证件或申请表逐字填写", "textarea": "因年满八十周岁，现申请办理。", "number": "2", "money": "1200.50", "date": "2026-05-06",
    "bool": "是", "id_number": PERSON["id_number"], "phone": PERSON["phone"], "bank": "6222 0212 3456 7890 128",
    "address": "文峰街道示例路1号2单元301", "image": "一张清楚的照片（JPG 或 PNG）", "people": "王小明 父亲 529999194001010000",
}  # fmt: skip


class Knowledge(NamedTuple):
    item: Listed
    spec: ItemSpec
    ask: list[str]
    mistakes: list  # rows: name, problem, times
    offices: list[tuple[str, list[str]]]  # each office in its turn, and who answers there
    form: list[tuple[str, str]]


def knowledge(by, item_code: str) -> Knowledge:
    listed, spec = item(item_code), current_spec(item_code)
    return Knowledge(listed, spec, ask_first(spec), _mistakes(item_code), _offices(spec, by.street_id), _form(spec))


def ask_first(spec: ItemSpec) -> list[str]:
    """The questions in the order in which their answers change the rest; the city's own ones first."""
    asked = list(spec.ask_first)
    if spec.proxy is True:
        asked.append(_("是本人来办，还是替别人办？替别人办的，带授权委托书和双方身份证了吗？"))
    elif spec.proxy == "guardian_only":
        asked.append(_("是本人吗？只有监护人可以代办，监护关系证明带了吗？"))
    else:
        asked.append(_("是本人吗？这件事须本人来办。"))
    asked.append(_("以前办过这件事吗？在别处正在办吗？"))
    must = [paper for paper in requires(spec) if paper.required]
    if originals := [paper.name for paper in must if paper.form == "original" or paper.verify_original]:
        asked.append(_("原件带了吗：%(papers)s？", papers="、".join(originals)))
    if later := [paper.name for paper in must if paper.deferrable]:
        asked.append(_("没带齐的，这些可以先受理后补：%(papers)s。", papers="、".join(later)))
    if spec.fee:
        asked.append(_("收费 %(fee)s 元，知道吗？", fee=spec.fee))
    if spec.components:
        asked.append(_("要不要一并办理可选的几项？"))
    asked += [_("%(what)s：%(choices)s？", what=one.label, choices="、".join(one.options)) for one in spec.fields
              if one.type == "select" and one.required and one.options][:3]  # fmt: skip
    return asked


def _mistakes(item_code: str) -> list:
    """What the notices of the last cases asked for most: this item's own record, not somebody's guess."""
    recent = select(Case.id).where(Case.item_code == item_code).order_by(Case.id.desc()).limit(LAST).subquery()
    rows = select(CorrectionLine.name, CorrectionLine.problem, func.count().label("times"))
    rows = rows.where(CorrectionLine.case_id.in_(select(recent.c.id))).group_by(CorrectionLine.name, CorrectionLine.problem)
    return db.session.execute(rows.order_by(func.count().desc(), CorrectionLine.name).limit(TOP)).all()


def _offices(spec: ItemSpec, street_id: str | None) -> list[tuple[str, list[str]]]:
    """Each office of the route, and the officers who may answer."""
    found = {}
    for stage in stages(spec):
        for department in stage.departments:
            for place in offices_of_department(department, street_id)[:1]:
                people = [user.name for role in BACK_OFFICE for user in staff_of(place.id, role)]
                found[place.name] = people[:4]
    return list(found.items())


def _form(spec: ItemSpec) -> list[tuple[str, str]]:
    """The item's form as a good one looks."""
    return [(one.label, _example(one)) for one in spec.fields]


def _example(asked: FieldSpec) -> str:
    return asked.options[0] if asked.options else EXAMPLES[asked.type]
