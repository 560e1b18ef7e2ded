"""Across the chain: in whose hands each paper is."""

from app.custody import closeout_views, pouch_views, where_views
from app.custody.views import pages

__all__ = ["closeout_views", "pages", "pouch_views", "where_views"]
