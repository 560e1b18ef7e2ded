"""Open data: what is published on paper is published for programmes."""


def test_the_catalogue_is_open_data(desk):
    found = desk.fetch("/api/v1/catalogue").get_json()["items"]
    assert len(found) == 30
    one = desk.fetch("/api/v1/catalogue/mz-001").get_json()
    assert one in found
    assert one["materials"][0]["name"] == "高龄津贴申请表"


def test_an_unknown_item_is_a_problem_in_json(desk):
    answer = desk.fetch("/api/v1/catalogue/XX-999", 404)
    assert answer.is_json and answer.get_json()["problem"]


def test_the_description_names_every_address(app, desk):
    described = desk.fetch("/api/v1/openapi.json").get_json()
    rules = {rule.rule.replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules() if "/api/v1/" in rule.rule}
    assert {"/api/v1" + path for path in described["paths"]} == rules - {"/api/v1/openapi.json"}
    assert "Item" in described["components"]["schemas"]
