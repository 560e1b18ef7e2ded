"""Offices, desks, users, roles, and what each may do and see."""

from flask import Flask

from app.people import sessions
from app.people.views import pages

__all__ = ["init_app", "pages"]


def init_app(app: Flask) -> None:
    """Cookies, sessions, and who is signed in."""
    sessions.init_app(app)
