"""Across the chain: in whose hands each paper is."""

from app.custody.views import pages

__all__ = ["pages"]
