"""The residents' face: status by code, guides, verify, rating."""

from app.residents.views import pages

__all__ = ["pages"]
