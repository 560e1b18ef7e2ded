"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("residents", __name__)
