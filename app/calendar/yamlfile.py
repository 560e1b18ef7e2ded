"""YAML files that operators write: read with line numbers; problems name file, line, field and remedy."""

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

LARGEST = 2 * 1024 * 1024  # bytes; a whole city is about 80 kB
DEEPEST = 40
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[str | int, ...]
Lines = dict[Place, int]
Model = type[BaseModel]


class BrokenFile(Exception):
    """The file cannot be used; `problems` has a line of Chinese for each: 文件:行 字段：问题，应为……"""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: Path | str, text: str | None = None) -> tuple[Any, Lines]:
    """Read one YAML file: its data, and the line of each key path, `("national", 2026, "work", 0)` → 41. With `text`
    nothing is opened, and `path` is only how the problems call it.

    Raises BrokenFile: unreadable, empty, too large, not UTF-8, broken YAML, repeated keys, impossible dates.
    """
    path = Path(path)
    node = _compose(path, _text(path) if text is None else text)
    problems: list[tuple[int, str]] = []
    lines: Lines = {(): node.start_mark.line + 1}
    data = _build(node, (), lines, problems)
    if problems:
        raise BrokenFile([f"{path}:{line} {said}" for line, said in problems])
    return data, lines


def explain(path: Path | str, lines: Lines, error: ValidationError, model: Model | None = None) -> list[str]:
    """What pydantic found, in words, by line. `model` lets it name the fields that are known."""
    found = [_explain_one(path, lines, problem, model) for problem in error.errors(include_url=False)]
    return [said for _, said in sorted(found)]


def problem_at(place: Place, said: str) -> InitErrorDetails:
    """A problem between fields, for ValidationError.from_exception_data(title, [problem_at(…)])."""
    kind = PydanticCustomError("placed", "{said}", {"said": said})
    return InitErrorDetails(type=kind, loc=place, input=None)


def field_name(at: Place) -> str:
    """`("national", 2026, "holidays", 0, "to")` → `national.2026.holidays[0].to`; the whole file is 全文."""
    said = "".join(f"[{key}]" if isinstance(key, int) and key < 1000 else f".{key}" for key in at)
    return said.lstrip(".") or "全文"


# ── reading ───────────────────────────────────────────────────────────────────────────────


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as problem:
        raise BrokenFile([f"{path}:1 全文：打不开（{problem.strerror}），应为可读的 YAML 文件"]) from problem
    if len(raw) > LARGEST:
        raise BrokenFile([f"{path}:1 全文：文件太大，应为不超过 {LARGEST // 1024 // 1024} MB"])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise BrokenFile([f"{path}:{line} 全文：不是 UTF-8 编码，应为以 UTF-8 保存的文件"]) from problem


def _compose(path: Path, text: str) -> yaml.Node:
    try:
        _refuse_traps(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        said = f"YAML 写法有误（{problem.problem}），应为正确的缩进和标点"
        raise BrokenFile([f"{path}:{mark.line + 1 if mark else 1} 全文：{said}"]) from problem
    if node is None:
        raise BrokenFile([f"{path}:1 全文：文件是空的，应为“字段: 值”的内容"])
    return node


def _refuse_traps(text: str) -> None:
    """No control characters, no aliases (a small file could stand for a huge one), no endless nesting."""
    if strange := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, strange.start())
        mark = yaml.Mark("", strange.start(), line, 0, None, None)
        raise yaml.MarkedYAMLError(problem="有不允许的控制字符", problem_mark=mark)
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="不支持引用 *", problem_mark=event.start_mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"层次超过 {DEEPEST} 层", problem_mark=event.start_mark)


def _build(node: yaml.Node, at: Place, lines: Lines, problems: list) -> Any:
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, at, lines, problems))
    if isinstance(node, yaml.SequenceNode):
        items = []
        for number, item in enumerate(node.value):
            lines[(*at, number)] = item.start_mark.line + 1
            items.append(_build(item, (*at, number), lines, problems))
        return items
    return _scalar(node, at, problems)


def _pairs(node: yaml.MappingNode, at: Place, lines: Lines, problems: list) -> Iterator[tuple[Any, Any]]:
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append((line, f"{field_name(at)}：字段名是一组值，应为一个词"))
            continue
        key = _scalar(key_node, at, problems)
        here = (*at, key)
        if here in lines:
            problems.append((line, f"{field_name(here)}：与第 {lines[here]} 行重复，应为只写一次"))
            continue
        lines[here] = line
        yield key, _build(value, here, lines, problems)


def _scalar(node: yaml.ScalarNode, at: Place, problems: list) -> Any:
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except yaml.YAMLError:
        said = f"不认识的标记 {node.tag}，应为普通的值"
    except (ValueError, OverflowError):
        said = f"{_short(node.value)} 不是有效的值，应为存在的日期（如 2026-01-01）或普通的数"
    problems.append((node.start_mark.line + 1, f"{field_name(at)}：{said}"))
    return None


# ── saying ────────────────────────────────────────────────────────────────────────────────

# pydantic's word for a problem → ours; {…} are its own details.
_WORDS = {
    "missing": "缺少这一项，应为必填",
    "extra_forbidden": "不认识的字段，应为{known}",
    "date_type": "{got} 不是日期，应为不带引号的日期，如 2026-01-01",
    "datetime_type": "{got} 不是时间，应为 2026-01-01 08:30:00",
    "int_type": "{got} 不是整数，应为整数",
    "float_type": "{got} 不是数，应为数",
    "string_type": "{got} 不是文字，应为文字（数字请加引号）",
    "bool_type": "{got} 不是是非值，应为 true 或 false",
    "list_type": "{got} 不是列表，应为 [一项, 一项]",
    "dict_type": "{got} 不是“字段: 值”，应为“字段: 值”",
    "model_type": "{got} 不是“字段: 值”，应为{known}",
    "literal_error": "{got} 不在可选范围，应为 {expected}",
    "enum": "{got} 不在可选范围，应为 {expected}",
    "string_too_short": "文字太短，应为至少 {min_length} 个字",
    "string_too_long": "文字太长，应为最多 {max_length} 个字",
    "string_pattern_mismatch": "{got} 格式不对，应为 {pattern}",
    "too_short": "太少，应为至少 {min_length} 项",
    "too_long": "太多，应为最多 {max_length} 项",
    "greater_than": "{got} 太小，应为大于 {gt}",
    "greater_than_equal": "{got} 太小，应为不小于 {ge}",
    "less_than": "{got} 太大，应为小于 {lt}",
    "less_than_equal": "{got} 太大，应为不大于 {le}",
}
_SAME = {
    "date_parsing": "date_type", "date_from_datetime_parsing": "date_type",
    "date_from_datetime_inexact": "date_type", "int_parsing": "int_type", "int_from_float": "int_type",
    "int_parsing_size": "int_type", "float_parsing": "float_type", "bool_parsing": "bool_type",
    "string_unicode": "string_type", "model_attributes_type": "model_type", "dataclass_type": "model_type",
    "tuple_type": "list_type", "set_type": "list_type", "mapping_type": "dict_type",
}  # fmt: skip


def _explain_one(path: Path | str, lines: Lines, problem: ErrorDetails, model) -> tuple[int, str]:
    loc = problem["loc"]
    at, line = _find(loc, lines)
    kind = _SAME.get(problem["type"], problem["type"])
    if kind == "value_error":  # our own validators: raise ValueError("问题，应为……")
        said = str(problem["ctx"]["error"])
    elif kind in _WORDS:
        details = {"got": _short(problem["input"]), "known": _known(model, loc, kind)}
        details |= problem.get("ctx", {})
        said = _WORDS[kind].format(**details)
    else:
        said = problem["msg"]
    if kind in ("missing", "placed") and at[-1:] != loc[-1:]:
        at = (*at, loc[-1])  # the field that is not there; the line is that of its parent
    return line, f"{path}:{line} {field_name(at)}：{said}"


def _find(loc: Place, lines: Lines) -> tuple[Place, int]:
    """The longest part of the place that stands in the file; pydantic adds names of union members to it."""
    at: Place = ()
    for key in loc:
        if (*at, key) in lines:
            at = (*at, key)
        elif isinstance(key, str) and key.isdigit() and (*at, int(key)) in lines:
            at = (*at, int(key))
    return at, lines.get(at, 1)


def _known(model, loc: Place, kind: str) -> str:
    within = list(_models_at(model, loc[:-1] if kind == "extra_forbidden" else loc)) if model else []
    names = [field.alias or name for found in within for name, field in found.model_fields.items()]
    return "下列之一：" + "、".join(names) if names else "说明中的字段"


def _models_at(kind: Any, loc: Place) -> Iterator[Model]:
    """The models that a place in the file may hold."""
    origin = get_origin(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if not loc:
            yield kind
        for name, field in kind.model_fields.items():
            if loc and loc[0] in (name, field.alias):
                yield from _models_at(field.annotation, loc[1:])
    elif origin in (Union, types.UnionType):
        for member in get_args(kind):
            yield from _models_at(member, loc)
    elif origin is dict and loc:
        yield from _models_at(get_args(kind)[1], loc[1:])
    elif origin in (list, tuple) and loc:
        yield from _models_at(get_args(kind)[0], loc[1:])
    elif hasattr(kind, "__metadata__"):  # Annotated
        yield from _models_at(get_args(kind)[0], loc)


def _short(value: Any) -> str:
    if isinstance(value, list | dict):
        return "一组值"
    if value is None or isinstance(value, bool):
        return {None: "空白", True: "true", False: "false"}[value]
    said = " ".join(str(value).split())
    return said if len(said) <= 40 else said[:40] + "…"
