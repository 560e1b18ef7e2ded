"""The house inspects itself: the rules of the arrangement, as tests."""

import ast
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from app.cases.lifecycle import STEPS

HOUSE = Path(__file__).parents[2]
FILES = sorted((HOUSE / "app").rglob("*.py"))
CASES = {"case", "child", "parent", "sibling", "found", "joint"}  # names under which a case goes
READS = {  # verbs behind a GET, and why that is not a change of the desk's books
    "documents.pdf",  # the bytes of an issued document are made when it is first read, and then kept
    "residents.document",  # the same, for the resident it was issued to
}


def name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_opens_with_one_sentence(path):
    assert not tree(path).body or ast.get_docstring(tree(path)), "say what this file is for"


def test_the_floors_hold():
    tool = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run([tool, "--no-cache"], cwd=HOUSE, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout[-6000:] + said.stderr


def test_one_line_in_the_house_commits():
    """Besides it only what ends a transaction that has written nothing (extensions._keep_what_is_prepared)."""
    found = [(name(p), line.strip()) for p in FILES for line in p.read_text().split("\n") if ".commit()" in line]
    assert found == [
        ("app/extensions.py", "under_way.connection.driver_connection.commit()"), ("app/extensions.py", "session.commit()"),
    ]  # fmt: skip


def test_one_module_writes_the_state_of_a_case():
    def writes(path):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store):
                yield isinstance(node.value, ast.Name) and node.value.id in CASES
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "values":
                sets_state = any(keyword.arg == "state" for keyword in node.keywords)
                yield sets_state and "update(Case)" in ast.unparse(node.func)

    assert [name(p) for p in FILES if any(writes(p))] == ["app/cases/lifecycle.py"]


@pytest.mark.parametrize("action", [action for action, step in STEPS.items() if step.room])
def test_every_step_has_its_verb_and_its_page(app_once, action):
    room = STEPS[action].room
    assert callable(getattr(import_module(f"app.{room}.actions"), action, None)), f"no verb in app/{room}"
    rules = [r for r in app_once.url_map.iter_rules() if r.endpoint == f"{room}.{action}"]
    assert rules, f"no page {room}.{action}"
    assert {"GET", "POST"} <= {method for rule in rules for method in rule.methods}
    end = "/" + action.replace("_", "-")
    assert all(rule.rule.endswith(end) for rule in rules), "one name in five places"


def test_a_view_that_only_shows_takes_no_verb(app_once):
    """No GET changes anything: a page without a POST does not even know the verbs."""
    shows = set()
    for rule in app_once.url_map.iter_rules():
        if "POST" not in rule.methods:
            shows.add(rule.endpoint)
    for rule in app_once.url_map.iter_rules():
        if "POST" in rule.methods:
            shows.discard(rule.endpoint)
    for path in FILES:
        if path.name != "views.py" and path.parent.name != "views":
            continue
        room = path.parent.name
        verbs = {
            alias.asname or alias.name
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".actions")
            for alias in node.names
        }
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and f"{room}.{node.name}" in shows - READS:
                used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                changes = used & (verbs | {"one_transaction", "actions"})
                assert not changes, f"{room}.{node.name} only shows, and yet {changes}"


def test_every_setting_is_in_the_table_of_the_readme():
    settings = {
        node.args[0].value
        for node in ast.walk(ast.parse((HOUSE / "config.py").read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get"
    }
    for readme in ("README.md", "README.zh.md"):
        rows = [line for line in (HOUSE / readme).read_text().split("\n") if line.startswith("| `")]
        listed = {row.split("`")[1] for row in rows}
        assert settings | {"HOST", "PORT"} <= listed, f"{readme} lacks {sorted(settings - listed)}"
