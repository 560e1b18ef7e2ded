"""What every page needs and no case knows about."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Errors, fragments, headers, words."""


def chosen_locale() -> str:
    return "zh_Hans_CN"
