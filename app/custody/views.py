"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("custody", __name__, url_prefix="/desk")
