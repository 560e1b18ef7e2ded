"""Pages of this room."""

from flask import Blueprint

pages = Blueprint("queues", __name__)
