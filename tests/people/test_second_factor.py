"""动态码: RFC 6238, enrolling, the second step at the door, recovery, and who must have it."""

import re
import time

import pytest

from app.extensions import db
from app.people import totp
from app.people.models import DeskEvent, SecondFactor
from app.people.second_factor import reset

LOGIN, PASSWORD = "urban_management.approver", "one-window-demo-2026"
RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds, code):
    assert totp.code_at(RFC, seconds // 30) == code
    assert totp.matching_step(RFC, code, seconds, 0) == seconds // 30


def test_a_code_fits_half_a_minute_off_and_never_twice():
    assert totp.matching_step(RFC, "287082", 59 + 30, 0) == 1
    assert totp.matching_step(RFC, "287082", 59 + 90, 0) is None
    assert totp.matching_step(RFC, "287082", 59, 1) is None
    assert totp.matching_step(RFC, "28708２", 59, 0) is None


def enrolled(desk):
    """(secret, recovery codes) of a person who has just set it up."""
    page = desk.sign_in(LOGIN).get("/password/second-factor")
    assert page.select_one("img")["src"].startswith("data:image/png")
    secret = page.select_one("code").text
    answer = desk.post("/password/second-factor", {"code": totp.code_at(secret, int(time.time()) // 30 - 1)}, expect=200)
    return secret, re.findall(r"<code>([A-Z2-9]{10})</code>", answer.text)


def first_step(desk):
    answer = desk.post("/login", {"login": LOGIN, "password": PASSWORD})
    assert answer.location.startswith("/login/code")
    assert desk.fetch("/office", 303).location.startswith("/login")


def test_the_door_asks_for_the_code_after_the_password(app, desk, desk_of):
    secret, codes = enrolled(desk)
    assert len(codes) == 10
    desk.get("/office")  # this browser stays, all others have ended
    other = desk_of("wf-01.clerk")
    other.post("/logout", page="/desk")
    first_step(other)
    other.post("/login/code", {"code": "000000"}, expect=422)
    other.post("/login/code", {"code": totp.code_at(secret, int(time.time()) // 30 + 1)})
    other.get("/office")
    other.post("/logout", page="/office")
    first_step(other)
    other.post("/login/code", {"code": totp.code_at(secret, int(time.time()) // 30)}, expect=422)  # older than the last used
    other.post("/login/code", {"code": codes[0].lower()})
    other.post("/logout", page="/office")
    first_step(other)
    other.post("/login/code", {"code": codes[0]}, expect=422)
    with app.app_context():
        kept = db.session.scalar(db.select(SecondFactor))
        assert kept.secret == secret and len(kept.recovery) == 9 and codes[1] not in str(kept.recovery)
        told = str(db.session.scalars(db.select(DeskEvent.facts)).all())
        assert secret not in told
        reset(LOGIN)
    other.post("/login", {"login": LOGIN, "password": PASSWORD})
    other.get("/office")


def test_the_code_cannot_be_asked_for_without_the_password(desk):
    assert desk.fetch("/login/code", 303).location == "/login"


def test_who_decides_goes_nowhere_without_it_where_it_is_required(app, desk_of):
    app.config["SECOND_FACTOR"] = "required"
    for login in (LOGIN, "service_admin.admin"):
        assert desk_of(login).fetch("/desk", 303).location == "/password/second-factor"
        desk_of(login).get("/password/second-factor")
    desk_of("wf-01.clerk").get("/desk")


def test_signing_out_everywhere_ends_every_browser(app, desk, desk_of):
    first, second = desk.sign_in("wf-01.clerk"), desk_of("wf-01.clerk")
    second.get("/desk")
    first.post("/logout/everywhere", page="/password")
    assert second.fetch("/desk", 303).location.startswith("/login")
