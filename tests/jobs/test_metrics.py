"""/metrics and the log: what machines may read, and what they may not."""

import json
import logging
import sys

from app.jobs.logs import OneLine


def test_metrics_are_for_named_addresses(app, desk):
    desk.get("/guides")
    told = desk.fetch("/metrics").text
    assert 'desk_requests_total{method="GET",status="200",view="residents.guides"}' in told
    assert "desk_worker_silent_seconds" in told and "desk_backup_age_hours NaN" in told
    app.config["METRICS_ALLOWED"] = ["10.9.9.9"]
    desk.fetch("/metrics", 404)


def test_a_line_of_the_log_quotes_nothing_that_was_typed(app):
    with app.test_request_context("/status/SECRET-CODE"):
        try:
            int("no number: 529999199001010011")
        except ValueError:
            record = logging.LogRecord("app", logging.ERROR, __file__, 1, "mishap %s", ("abc",), sys.exc_info())
        line = OneLine().format(record)
    told = json.loads(line)
    assert told["exception"] == "ValueError" and told["message"] == "mishap abc"
    assert "SECRET" not in line and "529999" not in line and told["view"] == "residents.case" and len(told["request"]) == 8
