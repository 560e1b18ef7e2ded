"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("instant", __name__, url_prefix="/desk")
