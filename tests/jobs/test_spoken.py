"""What a command says on a machine where nothing has been set up yet."""

import pytest

from app.jobs.serve import SAMPLE_CITY


@pytest.mark.parametrize(
    "command",
    [("nightly",), ("audit", "verify"), ("custody", "check"), ("register", "check"), ("demo", "load", "--cases", "1"),
     ("calendar", "due", "2026-12-01", "5"), ("city", "load", str(SAMPLE_CITY), "--dry-run")],
    ids=" ".join,
)  # fmt: skip
def test_without_tables_a_command_says_what_to_do_first(empty_app, command):
    said = empty_app.test_cli_runner().invoke(args=command)
    assert said.exit_code in (0, 1) and (said.exception is None or isinstance(said.exception, SystemExit))
    assert "还没有表" in said.output or said.exit_code == 0
    assert "Traceback" not in said.output


def test_the_city_is_loaded_into_nothing(empty_app):
    said = empty_app.test_cli_runner().invoke(args=("city", "load", str(SAMPLE_CITY)))
    assert said.exit_code == 0 and "已载入" in said.output
