"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("route", __name__, url_prefix="/desk")
