"""How the pages look belongs to the person: dark or light, size of type, contrast."""

from app.extensions import db
from app.people.models import User


def looks(page) -> set[str]:
    return set(page.html["class"]) - {"staff"}


def test_a_look_is_kept_for_the_person_and_for_nobody_else(desk_of, app):
    clerk, other = desk_of("wf-01.clerk"), desk_of("gh-01.clerk")
    page = clerk.get("/look")
    assert not looks(page) and "prefers-color-scheme" in page.select_one("link[href*='dark.css']")["media"]
    clerk.post("/look", {"scheme": "dark", "size": "larger", "contrast": "contrast"})
    page = clerk.get("/desk")
    assert looks(page) == {"dark", "larger", "contrast"}
    assert page.select_one("link[href*='dark.css']")["media"] == "screen"
    checked = clerk.get("/look").select("input[checked]")
    assert [box["value"] for box in checked] == ["dark", "larger", "contrast"]
    clerk.post("/look", {"scheme": "light", "size": "usual", "contrast": "usual"})
    page = clerk.get("/desk")
    assert looks(page) == {"light"} and not page.select("link[href*='dark.css']")
    assert not looks(other.get("/desk"))
    clerk.post("/look", {"scheme": "neon"}, expect=422)
    with app.app_context():
        assert db.session.scalar(db.select(User.look).filter_by(login="wf-01.clerk")) == "light"
