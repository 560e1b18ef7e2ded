"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("admin", __name__, url_prefix="/admin")
