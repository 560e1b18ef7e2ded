"""The supervisor's screen."""

from app.oversight.views import pages

__all__ = ["pages"]
