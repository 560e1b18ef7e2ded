"""Across the chain: what waits, for whom, how urgent."""

from app.queues.views import pages

__all__ = ["pages"]
