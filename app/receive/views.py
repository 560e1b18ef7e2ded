"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("receive", __name__, url_prefix="/desk")
