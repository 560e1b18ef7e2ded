"""`flask calendar due` and `flask calendar import`, as an operator types them."""

import pytest


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["calendar", *words])


NEW_YEAR = """\
national:
  2030:
    source: 通知
    holidays:
    - {name: 元旦, from: 2030-01-01, to: 2030-01-04}
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2026-04-29 20 --layer national", "2026-05-29"),
        ("2026-12-30 5 --layer national", "2027-01-07 暂定"),
        ("2024-05-14 1", "2024-05-16"),
        ("2024-05-14 1 --layer national", "2024-05-15"),
        ("2024-05-14 1 --layer local --layer national", "2024-05-16"),
        ("2026-09-16 15 --unit calendar_day", "2026-10-08"),
        ("2026-02-15 0", "2026-02-24"),
    ],
)
def test_due_prints_the_day_and_nothing_else(run, words, said):
    done = run("due", *words.split())
    assert (done.exit_code, done.stdout) == (0, said + "\n")


def test_explain_prints_a_line_a_day_and_then_the_day(run):
    lines = run("due", "2026-05-08", "2", "--explain").stdout.splitlines()
    assert lines == [
        "2026-05-08 周五 起算日，不计入（民法典第201条）",
        "2026-05-09 周六 计入第 1 个工作日（调休上班）",
        "2026-05-10 周日 周末，不计入",
        "2026-05-11 周一 计入第 2 个工作日",
        "2026-05-11",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "due", "due 2026-01-01", "due 2026-1-1 5", "due 20260101 5", "due 2026-02-30 5", "due 2026-01-01 -1",
        "due 2026-01-01 x", "due 2026-01-01 5 --unit week", "due 2026-01-01 5 --layer centre",
        "due 9999-12-30 5", "import", "import none.yaml",
    ],
)  # fmt: skip
def test_bad_usage_is_status_2(run, words):
    done = run(*words.split())
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_before_the_first_migration_the_sample_city_answers(empty_app):
    done = empty_app.test_cli_runner().invoke(args=["calendar", "due", "2026-04-29", "3"])
    assert (done.exit_code, done.stdout) == (0, "2026-05-07\n")
    assert "data/duyun/calendar.yaml" in done.stderr


def test_import_loads_a_year_once(run, tmp_path):
    file = tmp_path / "2030.yaml"
    file.write_text(NEW_YEAR)
    assert run("import", str(file)).stdout == "日历已更新，0 个期限有变动。\n"
    assert run("import", str(file)).stdout == "日历没有变化，0 个期限有变动。\n"
    assert run("due", "2029-12-31", "1").stdout == "2030-01-07\n"


def test_a_broken_file_loads_nothing(run, tmp_path):
    file = tmp_path / "2030.yaml"
    file.write_text(NEW_YEAR.replace("2030-01-04", "2029-01-04"))
    done = run("import", str(file))
    assert done.exit_code == 1
    assert f"{file}:5 national.2030.holidays[0].to" in done.stderr
    assert run("due", "2029-12-31", "1").stdout == "2030-01-01 暂定\n"
