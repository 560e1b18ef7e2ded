"""For other systems: the published catalogue as open data. Cases and events follow with their tokens."""

from flask import Blueprint, current_app, jsonify

from app.api.openapi import describe
from app.catalog.find import current_spec, items
from app.people.guard import open_to_all
from app.refusals import Refusal

pages = Blueprint("api", __name__, url_prefix="/api/v1")


@pages.errorhandler(Refusal)
def refused(refusal: Refusal):
    """Programmes read JSON, whatever they say they accept."""
    return jsonify(problem=str(refusal)), refusal.status


@pages.get("/openapi.json")
@open_to_all
def openapi():
    return jsonify(describe(current_app.config["BASE_URL"]))


@pages.get("/catalogue")
@open_to_all
def catalogue():
    """Every item in force, with what it asks for, in the order of the catalogue."""
    return jsonify(items=[{"code": one.code, **_public(one.code)} for one in items()])


@pages.get("/catalogue/<code>")
@open_to_all
def catalogue_item(code: str):
    """One item in force; 404 as JSON for any other."""
    return jsonify(_public(code.upper()))


def _public(code: str) -> dict:
    """The version in force, without what is only the office's own note on its sources."""
    return current_spec(code).model_dump(mode="json", exclude={"uncertain"})
