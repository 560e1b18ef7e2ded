"""`/csp-report`: what a browser refused to run on one of our pages. Worth a look: either our mistake, or somebody's try."""

import json
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, request

from app.extensions import csrf, limiter
from app.people.guard import open_to_all

KINDS = ("application/csp-report", "application/reports+json", "application/json")
MOST = 8192  # bytes

pages = Blueprint("browser_reports", __name__)


@pages.post("/csp-report")
@limiter.limit("30 per minute")
@csrf.exempt
@open_to_all
def csp_report():
    """204 whatever it says. Only the directive and where the refused thing came from are logged, never an address of ours."""
    if request.mimetype not in KINDS or (request.content_length or 0) > MOST:
        abort(400)
    for directive, blocked in _told(request.get_data(cache=False)[:MOST]):
        current_app.logger.warning("a browser refused %s by %s", blocked, directive)
    return "", 204


def _told(body: bytes) -> list[tuple[str, str]]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return []
    if isinstance(said, dict):
        reports = [said.get("csp-report")]
    else:
        reports = [one.get("body") for one in said[:5] if isinstance(one, dict)] if isinstance(said, list) else []
    return [(_word(one, "effective-directive", "effectiveDirective", "violated-directive"), _origin(_word(one, "blocked-uri", "blockedURL")))
            for one in reports if isinstance(one, dict)]  # fmt: skip


def _word(report: dict, *names: str) -> str:
    found = next((report[name] for name in names if isinstance(report.get(name), str)), "")
    return "".join(sign for sign in found[:200] if sign.isprintable())


def _origin(blocked: str) -> str:
    try:
        return urlsplit(blocked).netloc[:100] or blocked.partition(":")[0][:20]
    except ValueError:
        return "?"
