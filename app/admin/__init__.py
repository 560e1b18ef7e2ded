"""Catalogue, organisation, people, calendar."""

from app.admin import calendar_views
from app.admin.views import pages

__all__ = ["calendar_views", "pages"]
