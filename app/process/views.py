"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("process", __name__, url_prefix="/desk")
