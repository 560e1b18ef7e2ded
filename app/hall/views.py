"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("hall", __name__)
