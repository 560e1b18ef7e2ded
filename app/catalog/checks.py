"""What must hold within an item and between the items of a catalogue. Pure; each check is a row of CHECKS."""

from collections.abc import Iterator

from app.catalog.spec import TEMPLATES, Catalogue, ItemInFile
from app.catalog.stages import stages
from app.people.parts import Problem, Spot, repeated


def problems(catalogue: Catalogue, departments: set[str] | None = None) -> list[Problem]:
    """Where in the file, and what would be right. `departments`: ids of organisation.yaml, if known."""
    found = list(repeated(((("items", n, "code"), item.code) for n, item in enumerate(catalogue.items)), "事项编码"))
    for n, item in enumerate(catalogue.items):
        found += [(("items", n, *spot), said) for check in CHECKS for spot, said in check(item)]
        found += [(("items", n, *spot), said) for spot, said in _components(item, catalogue)]
        if departments is not None:
            found += [(("items", n, *spot), said) for spot, said in _unknown_departments(item, departments)]
    for name in ("agent", "guardian"):
        papers = getattr(catalogue.shared_materials, name)
        found += [(("shared_materials", name, *spot), said) for spot, said in _papers(papers)]
    return found


def _times(item: ItemInFile) -> Iterator[Problem]:
    promised, statutory = item.promised_days, item.statutory_days
    if item.kind == "instant" and promised != 0:
        yield ("promised_days",), f"即办件写了 {promised}，应为 0（当场办结）"
    if item.kind == "committed" and promised == 0:
        yield ("promised_days",), "承诺件写了 0，应为大于 0；当场办结的请写 kind: instant"
    if statutory is not None and promised > statutory and not item.components:
        yield ("promised_days",), f"承诺 {promised} 日长于法定 {statutory} 日，应为不超过 {statutory}"
    for n, word in enumerate(item.uncertain):
        if word not in type(item).model_fields:
            yield ("uncertain", n), f"没有字段“{word}”，应为本事项的字段名，如 promised_days"


def _materials(item: ItemInFile) -> Iterator[Problem]:
    return ((("materials", *spot), said) for spot, said in _papers(item.materials))


def _papers(papers) -> Iterator[Problem]:
    yield from repeated((((n, "name"), paper.name) for n, paper in enumerate(papers)), "材料名称")
    for n, paper in enumerate(papers):
        if paper.verify_original and paper.form != "copy":
            yield (
                (n, "verify_original"),
                f"{paper.name}收的不是复印件，应为 false，或 form: copy（核原件、收复印件）",
            )


def _fields(item: ItemInFile) -> Iterator[Problem]:
    keys = ((("fields", n, "key"), field.key) for n, field in enumerate(item.fields))
    yield from repeated(keys, "字段名")
    for n, field in enumerate(item.fields):
        chosen = field.type in ("select", "multiselect")
        if chosen and not field.options:
            yield ("fields", n, "options"), f"{field.label}没有可选的值，应为至少一个选项"
        if not chosen and field.options:
            yield ("fields", n, "options"), f"{field.type} 类型不用选项，应为删去，或 type: select"
        options = ((("fields", n, "options", m), option) for m, option in enumerate(field.options))
        yield from repeated(options, "选项")


def _result(item: ItemInFile) -> Iterator[Problem]:
    if item.result.template not in TEMPLATES:
        known = "、".join(sorted(TEMPLATES))
        yield ("result", "template"), f"没有模板“{item.result.template}”，应为下列之一：{known}"


def _chain(item: ItemInFile) -> Iterator[Problem]:
    spots = [(("chain", n), name) for n, stage in enumerate(stages(item)) for name in stage.departments]
    yield from repeated(spots, "承办单位")
    names = ((("special", n, "name"), special.name) for n, special in enumerate(item.special))
    yield from repeated(names, "特别程序")


CHECKS = (_times, _materials, _fields, _result, _chain)


def _unknown_departments(item: ItemInFile, departments: set[str]) -> Iterator[Problem]:
    spots: list[tuple[Spot, str]] = [(("department",), item.department)]
    spots += [(("chain", n), name) for n, stage in enumerate(stages(item)) for name in stage.departments]
    for spot, name in spots:
        if name not in departments:
            yield spot, f"没有部门“{name}”，应为 organisation.yaml 中 departments 的编号"


def _components(item: ItemInFile, catalogue: Catalogue) -> Iterator[Problem]:
    items = {other.code: other for other in catalogue.items}
    siblings = {part.code for part in item.components}
    after = {part.code: part.after for part in item.components}
    yield from repeated(((("components", n, "code"), part.code) for n, part in enumerate(item.components)), "子事项")
    if item.components and item.kind != "committed":
        yield ("kind",), "联办件写了即办，应为 committed"
    for n, part in enumerate(item.components):
        if part.code not in items or part.code == item.code:
            yield ("components", n, "code"), f"没有可联办的事项“{part.code}”，应为目录中另一事项的编码"
        elif items[part.code].components:
            yield ("components", n, "code"), f"“{part.code}”本身是联办件，应为单个事项"
        if part.after and part.after not in siblings - {part.code}:
            yield ("components", n, "mode"), f"“{part.after}”不在同一联办中，应为 after: 加另一子事项的编码"
        elif part.after and _goes_round(part.code, after):
            yield ("components", n, "mode"), "先后关系成环，应为有一个子事项最先办"


def _goes_round(start: str, after: dict[str, str | None]) -> bool:
    seen, here = {start}, after.get(start)
    while here:
        if here in seen:
            return True
        seen.add(here)
        here = after.get(here)
    return False
