"""1–4 in one breath: what is decided at the counter."""

from app.instant.views import pages

__all__ = ["pages"]
