"""办事指南 with the elements of GB/T 36114, from the published version of an item. Read only."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.catalog.find import Listed, items, search
from app.catalog.spec import ItemSpec
from app.catalog.stages import stages
from app.documents import wording
from app.people.find import directory, offices_of_department
from app.web.words import limit

TYPES = {
    "licence": _l("行政许可"), "benefit": _l("行政给付"), "confirmation": _l("行政确认"), "registration": _l("登记"),
    "filing": _l("备案"), "public_service": _l("公共服务"), "mediation": _l("人民调解"), "community": _l("社区服务"),
    "adjudication": _l("行政裁决"), "award": _l("行政奖励"), "other_power": _l("其他行政权力"),
}  # fmt: skip
APPLICANTS = {
    "person": _l("个人"), "household": _l("家庭"), "organisation": _l("企业、单位"),
    "person_or_organisation": _l("个人或单位"), "any": _l("任何人"),
}  # fmt: skip
AT_THE_DESK = {
    "receive": _l("窗口收件，主管部门受理"), "accept": _l("窗口受理，主管部门办理"), "decide": _l("窗口当场办结"),
}  # fmt: skip
FORMS = {"original": _l("原件"), "copy": _l("复印件"), "electronic": _l("电子件")}


def by_department(words: str) -> list[tuple[str, list[Listed]]]:
    """Items that fit the words (all of them for none), under the name of their department."""
    found = search(words) if words else items()
    groups: dict[str, list[Listed]] = {}
    for listed in found:
        groups.setdefault(department(listed.department_id), []).append(listed)
    return list(groups.items())


def department(department_id: str) -> str:
    """The name of a department of the catalogue; of one that every street has, without the street."""
    places = offices_of_department(department_id)
    if not places:
        return department_id
    place, streets = places[0], directory().streets
    if place.street_id not in streets:
        return place.name
    plain = place.name.removeprefix(streets[place.street_id].name)
    return plain if place.kind == "community" else _("街道%(name)s", name=plain)


def steps(spec: ItemSpec) -> list[str]:
    """The way of a case, link by link, in the words of the hall."""
    if spec.kind == "instant":
        return [_("窗口收件并当场核对"), _("当场办结，当场领取")]
    if spec.components:
        return [_("窗口一次收件"), *(_("办理：%(item)s", item=name) for name in _parts(spec)), _("窗口一次反馈结果")]
    found = [_("窗口收件，发给收件凭证"), _("五个工作日内告知是否受理")]
    for stage in stages(spec):
        join = _("、") if stage.rule == "all" else _("或")
        found.append(_("%(office)s办理", office=join.join(department(one) for one in stage.departments)))
    return [*found, _("窗口通知并交付结果")]


def _parts(spec: ItemSpec) -> list[str]:
    names = {listed.code: listed.name for listed in items()}
    return [names.get(part.code, part.code) + (_("（可选）") if part.optional else "") for part in spec.components]


def limits(spec: ItemSpec) -> list[tuple[str, str]]:
    """Legal and promised limit, and what is not counted."""
    pairs = [(_("法定期限"), limit(spec.statutory_days, spec.time_unit) or _("没有规定"))]
    pairs.append((_("承诺期限"), limit(spec.promised_days, spec.time_unit)))
    uncounted = _("；").join(f"{one.name} {limit(one.days, one.unit)}" for one in spec.special)
    return pairs + [(_("不计入期限的程序"), uncounted)]


def basis(spec: ItemSpec) -> str:
    return wording.basis(spec.basis)


def note(spec: ItemSpec) -> str:
    """What to mind, without the evidence tags, and without sentences that speak to whoever keeps the catalogue."""
    sentences = re.split(r"(?<=[。；])", wording.basis(spec.note))
    return "".join(one for one in sentences if not re.search(r"[a-z_]{4,}", one))
