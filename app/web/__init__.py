"""What every page needs and no case knows about."""

from flask import Flask, has_request_context, request
from flask_bootstrap import Bootstrap5
from flask_login import current_user

from app.web import errors, fragments, headers, lines, tongue, words

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


def init_app(app: Flask) -> None:
    """Errors, fragments, lines, headers, words; Bootstrap's style sheet as a local file."""
    Bootstrap5(app)
    words.init_app(app)
    fragments.init_app(app)
    lines.init_app(app)
    headers.init_app(app)
    errors.init_app(app)


def chosen_locale() -> str:
    """Of the address (`?lang=en`, carried in residents' links), else of the signed-in person, else Chinese."""
    if not has_request_context():
        return LOCALES["zh"]
    wanted = request.args.get("lang") or (current_user.locale if current_user.is_authenticated else "")
    return LOCALES.get(wanted, LOCALES["zh"])


__all__ = ["LOCALES", "chosen_locale", "errors", "fragments", "headers", "init_app", "lines", "tongue", "words"]
