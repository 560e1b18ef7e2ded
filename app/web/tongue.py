"""The language of a request, looked up once: Flask-Babel looks anew with every word, which was a fifth of a page."""

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import Babel, Domain


class OncePerRequest(Domain):
    """Keeps what it found beside Flask-Babel's own notes of the request, for the locale that they name."""

    def get_translations(self) -> NullTranslations:
        try:
            notes = g._get_current_object()._flask_babel
        except (RuntimeError, AttributeError):  # no request, or its first word
            return super().get_translations()
        kept = getattr(notes, "translations", None)
        if kept is None or kept[0] is not getattr(notes, "babel_locale", None):
            found = super().get_translations()
            kept = notes.translations = (notes.babel_locale, found)
        return kept[1]


def init_app(app: Flask, babel: Babel) -> None:
    """After Babel's own init_app(): templates and Python ask the same domain."""
    words = babel.domain_instance = OncePerRequest(domain=app.extensions["babel"].default_domain)
    app.jinja_env.install_gettext_callables(
        gettext=lambda one: words.get_translations().ugettext(one),
        ngettext=lambda one, many, n: words.get_translations().ungettext(one, many, n),
        pgettext=lambda about, one: words.get_translations().upgettext(about, one),
        npgettext=lambda about, one, many, n: words.get_translations().unpgettext(about, one, many, n),
        newstyle=True,
    )
