"""Offices, desks, users, roles, and what each may do and see."""

from flask import Flask

from app.people.views import pages

__all__ = ["init_app", "pages"]


def init_app(app: Flask) -> None:
    """Filled in by sessions: the loader of the signed-in person."""
