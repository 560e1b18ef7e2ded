"""3 后台办结: the department does the work and decides."""

from app.process.views import pages

__all__ = ["pages"]
