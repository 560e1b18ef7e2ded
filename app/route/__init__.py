"""2 物料流转: the case finds the office that will do it, and questions come back to the window."""

from app.route.views import pages

__all__ = ["pages"]
