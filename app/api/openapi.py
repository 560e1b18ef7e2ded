"""The description of the API (OpenAPI 3.1), built from the models it describes."""

from app.catalog.spec import ItemSpec


def describe(base_url: str) -> dict:
    """The document under /api/v1/openapi.json."""
    item = ItemSpec.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = item.pop("$defs", {})
    return {
        "openapi": "3.1.0",
        "info": {"title": "一窗 · One Window", "version": "1", "description": "Open data of the service desk."},
        "servers": [{"url": f"{base_url}/api/v1"}],
        "paths": {
            "/catalogue": {"get": _answers("Every service item in force", {
                "type": "object", "required": ["items"],
                "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}},
            })},
            "/catalogue/{code}": {"get": _answers("One service item in force", {"$ref": "#/components/schemas/Item"}) | {
                "parameters": [{"name": "code", "in": "path", "required": True,
                                "schema": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"}}],
            }},
        },
        "components": {"schemas": {"Item": item, "Problem": PROBLEM, **parts}},
    }  # fmt: skip


PROBLEM = {
    "type": "object",
    "properties": {"problem": {"type": "string"}, "request": {"type": "string"}},
    "required": ["problem"],
}


def _answers(summary: str, schema: dict) -> dict:
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "summary": summary,
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": schema}}},
            "404": {"description": "There is no such item in force", "content": problem},
        },
    }
