"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("oversight", __name__, url_prefix="/oversight")
