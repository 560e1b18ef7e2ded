"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("people", __name__)
