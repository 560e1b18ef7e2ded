"""Across the chain: what waits, for whom, how urgent."""

from app.queues import desk_views
from app.queues.views import pages

__all__ = ["desk_views", "pages"]
