"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("feedback", __name__, url_prefix="/desk")
