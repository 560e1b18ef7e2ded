"""Catalogue, organisation, people, calendar."""

from app.admin import calendar_views, seals_views
from app.admin.views import pages

__all__ = ["calendar_views", "pages", "seals_views"]
