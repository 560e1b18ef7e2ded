"""Catalogue, organisation, people, calendar."""

from app.admin.views import pages

__all__ = ["pages"]
