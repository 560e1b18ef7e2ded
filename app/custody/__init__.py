"""Across the chain: in whose hands each paper is."""

from app.custody import batch_views, closeout_views, pouch_views, where_views
from app.custody.views import pages

__all__ = ["batch_views", "closeout_views", "pages", "pouch_views", "where_views"]
