"""`/metrics`: how much is asked, how long it takes, whether worker and backup are alive. Only for named addresses."""

import os
import time
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from app.extensions import limiter
from app.jobs.alive import seconds_since_seen
from app.people.guard import open_to_all
from app.people.upkeep import hours_since_backup

pages = Blueprint("metrics", __name__)

# By the name of the view, never by the address: addresses hold case numbers and residents' codes.
LABELS = ("view", "method", "status")
REQUESTS = Counter("desk_requests", "Answers given.", LABELS, registry=None)
SECONDS = Histogram(
    "desk_request_seconds", "Time to answer.", ("view",), registry=None,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)
    app.before_request(_begin)
    app.after_request(_count)


@pages.get("/metrics")
@limiter.exempt
@open_to_all
def metrics():
    if request.remote_addr not in current_app.config["METRICS_ALLOWED"]:
        abort(404)
    return Response(generate_latest(_together()), content_type=CONTENT_TYPE_LATEST)


def _together() -> CollectorRegistry:
    """The counts of all web processes (they share PROMETHEUS_MULTIPROC_DIR, set by bin/serve), and what is true now."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    return _Both(registry, _facts())


class _Both:
    """Gauges of this moment stay out of the shared files: they would be summed over processes."""

    def __init__(self, *registries: CollectorRegistry):
        self._registries = registries

    def collect(self):
        for registry in self._registries:
            yield from registry.collect()


class _Fact:
    """One number, as a family of samples."""

    def __init__(self, name: str, help_text: str, value: float | None):
        self._said = (name, help_text, value)

    def collect(self):
        name, help_text, value = self._said
        yield GaugeMetricFamily(name, help_text, value=float("nan") if value is None else value)


def _facts() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Fact("desk_worker_silent_seconds", "Since the worker was last seen; NaN: never.", seconds_since_seen()))
    registry.register(_Fact("desk_backup_age_hours", "Since the last good backup; NaN: none.", hours_since_backup()))
    return registry


def fold_the_dead() -> None:
    """What processes that have ended counted goes into one file, so that sums stay and files do not pile up.

    Only the process that forks the others may call this: it is the only one that writes there.
    """
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    for path in sorted(Path(folder).glob("*_*.db")) if folder else ():
        kind, pid = path.stem.rsplit("_", 1)
        if pid != THE_DEAD and not Path(f"/proc/{pid}").exists():
            together = MmapedDict(str(path.with_name(f"{kind}_{THE_DEAD}.db")))
            for key, value, _time, _position in list(MmapedDict.read_all_values_from_file(str(path))):
                together.write_value(key, together.read_value(key)[0] + value, 0)
            together.close()
            path.unlink()


THE_DEAD = "0"  # no process has this number
NOBODY_ASKED = "desk.nobody_asked"  # in the surroundings of a request that the server asks of itself


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    if NOBODY_ASKED in request.environ:
        return response
    view = request.endpoint or "none"
    REQUESTS.labels(view, request.method, response.status_code).inc()
    SECONDS.labels(view).observe(time.perf_counter() - g.get("began", time.perf_counter()))
    return response
