"""The hall: take a number, call, display, visits."""

from app.hall.views import pages

__all__ = ["pages"]
