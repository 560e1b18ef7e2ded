"""Across the chain: everything that is printed, signed and verified."""

from app.documents import batch_views, hand_views, life_views, register_views
from app.documents.views import pages

__all__ = ["batch_views", "hand_views", "life_views", "pages", "register_views"]
