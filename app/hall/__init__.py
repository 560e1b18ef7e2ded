"""The hall: take a number, call, display, visits, the machine by the door."""

from app.hall import apply_views
from app.hall.views import pages

__all__ = ["apply_views", "pages"]
