"""Across the chain: everything that is printed, signed and verified."""

from app.documents.views import pages

__all__ = ["pages"]
