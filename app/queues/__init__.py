"""Across the chain: what waits, for whom, how urgent."""

from app.queues import copy_views, desk_views, rights_views
from app.queues.views import pages

__all__ = ["copy_views", "desk_views", "pages", "rights_views"]
