"""Other systems."""

from app.api.views import pages

__all__ = ["pages"]
