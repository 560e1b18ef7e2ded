"""One template serves the whole page and its parts."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import flask_login
from flask import Flask, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf
from jinja2_fragments import render_block

from app.web.templates import templates

MOST_TOKENS = 1000  # browsers whose signed token is kept


def init_app(app: Flask) -> None:
    """Names that every template, block and macro sees. Nothing here asks the database for anything."""
    names = app.jinja_env.globals
    names["current_user"] = flask_login.current_user
    names["asset"] = asset
    names["url_for"] = address
    names["csrf_token"] = csrf_token


def asked_for_part() -> bool:
    """True for an htmx swap; False for a visit, a reload or a step back in history."""
    asked = request.headers.get("HX-Request") == "true"
    return asked and "HX-History-Restore-Request" not in request.headers


def page(template: str, *blocks: str, status: int = 200, form=None, **context):
    """The page, or only the named blocks of it when htmx asks. A form with errors is a 422."""
    context["form"] = form
    # The person themselves: Flask-Login's proxy looks them up anew with each of thirty questions.
    context["current_user"] = flask_login.current_user._get_current_object()
    if blocks and asked_for_part():
        current_app.update_template_context(context)
        body = "".join(render_block(templates(), template, block, **context) for block in blocks)
    else:
        body = render_template(templates().get_template(template), **context)
    return make_response(body, 422 if form is not None and form.errors else status)


def go_to(url: str):
    """After a POST: the same next page for a plain form (303) and for htmx (204 and HX-Redirect)."""
    if asked_for_part():
        return "", 204, {"HX-Redirect": url}
    return redirect(url, 303)


def csrf_token() -> str:
    """Flask-WTF's token of this browser. It does not expire and says nothing but what the session says, so that it is signed
    once and not with every page, of which that would be a twentieth."""
    if "csrf_token" not in g:
        signed = current_app.extensions.setdefault("csrf_tokens", {})
        g.csrf_token = signed.get(session.get("csrf_token")) or _sign_anew(signed)
    return g.csrf_token


def _sign_anew(signed: dict[str, str]) -> str:
    token = generate_csrf()
    if len(signed) >= MOST_TOKENS:
        signed.clear()
    signed[session["csrf_token"]] = token
    return token


def address(endpoint: str, **values) -> str:
    """url_for() of the templates. The address of a view without parts in its path is built once; what is asked of it follows
    behind the question mark."""
    path = None if endpoint.startswith(".") or any(name.startswith("_") for name in values) else _plain(endpoint)
    if path is None:
        return url_for(endpoint, **values)
    asked = urlencode([(name, value) for name, value in values.items() if value is not None], safe="/:,")
    return f"{path}?{asked}" if asked else path


def _plain(endpoint: str) -> str | None:
    """The path of such a view; None for one whose address has parts."""
    kept, key = current_app.extensions.setdefault("addresses", {}), (request.script_root, endpoint)
    if key not in kept:
        parts = any(rule.arguments for rule in current_app.url_map.iter_rules(endpoint))
        kept[key] = None if parts else url_for(endpoint)
    return kept[key]


def asset(filename: str, endpoint: str = "static") -> str:
    """The address of a static file with its content in it, so that browsers may keep it for ever."""
    kept = current_app.extensions.setdefault("assets", {})
    if (endpoint, filename) not in kept or current_app.debug:
        kept[endpoint, filename] = url_for(endpoint, filename=filename, v=_mark(endpoint, filename))
    return kept[endpoint, filename]


def _mark(endpoint: str, filename: str) -> str | None:
    blueprint = endpoint.rpartition(".")[0]
    folder = (current_app.blueprints[blueprint] if blueprint else current_app).static_folder
    path = Path(folder) / filename
    return sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None
