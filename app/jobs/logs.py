"""One line of JSON for each thing worth noting, LOG_FORMAT=json: for machines that collect logs. No personal data.

What was asked is named by its view, never by its address (residents' codes stand in addresses); of an exception the type and
the places, never its message (it may quote what was typed).
"""

import json
import logging
import sys
import time
import traceback
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

from app.web.errors import request_number

access = logging.getLogger("desk.access")


def init_app(app: Flask) -> None:
    if app.config["LOG_FORMAT"] != "json":
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    app.logger.handlers[:] = []
    app.logger.setLevel(logging.INFO)
    app.before_request(_begin)
    app.after_request(_note)


class OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            said |= {"request": request_number(), "view": request.endpoint, "method": request.method}
        said |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            kind, _problem, trace = record.exc_info
            places = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(trace)]
            said |= {"exception": kind.__name__, "trace": places}
        return json.dumps(said, ensure_ascii=False)


def _begin() -> None:
    g.log_began = time.perf_counter()


def _note(response: Response) -> Response:
    if request.endpoint not in ("static", "bootstrap.static", "health.healthz"):
        took = round((time.perf_counter() - g.get("log_began", time.perf_counter())) * 1000, 1)
        user = getattr(g.get("_login_user"), "id", None)  # as it was read; asking again might ask the database
        access.info("answered", extra={"facts": {"status": response.status_code, "ms": took, "user": user}})
    response.headers.setdefault("X-Request-Id", request_number())
    return response
