"""Finds the words of tables: they are plain Chinese in the code, because rules, journals and print say them too, and are
translated where a page shows them (filter `say`)."""

import ast
import re
from collections.abc import Iterator

from babel.messages.extract import extract_python

CHINESE = re.compile(r"[\u3400-\u9fff]")


def words(fileobj, keywords, comment_tags, options) -> Iterator[tuple]:
    """For Babel: what `_()` marks, and of each table its words, as (line, function, message, comments).

    With the option `only` words stand in nodes of that kind alone: Dict or Call.
    """
    yield from extract_python(fileobj, keywords, comment_tags, options)
    fileobj.seek(0)
    marked, only = {*keywords, "_"}, options.get("only", "")
    for node in ast.walk(ast.parse(fileobj.read())):
        if only not in ("", type(node).__name__):
            continue
        for word in _words_of(node, marked):
            if isinstance(word, ast.Constant) and isinstance(word.value, str) and CHINESE.search(word.value):
                yield word.lineno, None, word.value, []


def _words_of(node: ast.AST, marked: set[str]) -> list:
    """The values of a dict, a list of choices, the reason that is returned, the first word of a row."""
    match node:
        case ast.Dict():
            return node.values
        case ast.Assign(value=ast.Tuple() | ast.List()):
            return node.value.elts
        case ast.Return():
            return _branches(node.value)
        case ast.Tuple():
            return _first(node.elts)
        case ast.Call(func=ast.Name(id=name)) if name not in marked:
            return _first(node.args) + [one.value for one in node.keywords if one.arg in ("words", "label")]
    return []


def _branches(value) -> list:
    """What a return may say: both sides of its if."""
    return _branches(value.body) + _branches(value.orelse) if isinstance(value, ast.IfExp) else [value]


def _first(parts: list) -> list:
    """The first Chinese among them: what follows stands on paper."""
    said = (one for one in parts if isinstance(one, ast.Constant) and CHINESE.search(str(one.value)))
    return [one for one in (next(said, None),) if one]
