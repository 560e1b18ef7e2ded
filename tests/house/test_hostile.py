"""Nothing that is typed, sent or put into an address brings a page down, shows a trace, or comes back alive. The short form."""

from itertools import cycle, islice

import pytest

from app import moments
from app.extensions import limiter
from tests import hostile
from tests.canaries import NOON, Browser, address, canaries, plant
from tests.databases import KINDS

AS = ("wf-01.clerk", "urban_management.officer", "service_admin.supervisor", "service_admin.admin", None)


class Fuzz:
    """The product with one case in it; its browsers; what went wrong."""

    def __init__(self, app):
        self.app, self.asked = app, 0
        with app.app_context(), moments.at(moments.datetime.fromisoformat(NOON)):
            self.bird = plant(canaries()[0])
        self.browsers = [Browser(app, login) for login in AS]
        self.values = cycle(hostile.VALUES)
        self.wrong = []

    def ask(self, browser, method: str, url: str, **options):
        self.asked += 1
        answer = browser.ask(method, url, **options)
        self.wrong += hostile.judged(answer, (browser.login, method, url[:120], str(options)[:200]))
        return answer

    def forms(self, browser):
        """Every form that this person's pages show, with its own fields."""
        seen = {}
        pages = [address(self.app, rule, self.bird) for rule in hostile.pages(self.app)]
        for url in pages + hostile.more_addresses(self.bird):
            if not url.endswith(".pdf"):
                seen |= dict(hostile.forms_of(self.ask(browser, "GET", url)))
        return seen


@pytest.fixture(params=KINDS)
def fuzz(request, databases, tmp_path):
    with databases.fresh(request.param, tmp_path) as app:
        limiter.enabled = False  # else the public forms would answer 429 and no more
        yield Fuzz(app)
        limiter.enabled = True


def test_no_field_of_any_form_takes_the_house_down(fuzz):
    """Each field in turn gets its share of the list; the long form in bin/check-deep gives every field all of it."""
    for browser in fuzz.browsers:
        for url, fields in fuzz.forms(browser).items():
            if url.startswith(("/logout", "/password", "/admin/users")):
                continue
            fields |= {"csrf_token": browser.token()}
            for given in islice(fuzz.values, 3):
                fuzz.ask(browser, "POST", url, data=as_bytes({n: given if n != "csrf_token" else v for n, v in fields.items()}))
            name = next((n for n in fields if n != "csrf_token"), "note")
            fuzz.ask(browser, "POST", url, data=as_bytes(fields | {name: next(fuzz.values), "role": "admin", "id": ["1", "2"]}))
    assert not fuzz.wrong
    assert fuzz.asked > 500


def test_no_address_takes_the_house_down(fuzz):
    segments = cycle(hostile.SEGMENTS)
    for browser in fuzz.browsers:
        for rule in hostile.pages(fuzz.app):
            if rule.arguments:
                for segment in islice(segments, 2):
                    fuzz.ask(browser, "GET", hostile.url_of(fuzz.app, rule, segment))
            else:
                for value in islice(fuzz.values, 2):
                    fuzz.ask(browser, "GET", hostile.with_parameters(fuzz.app, rule, fuzz.bird, value))
    assert not fuzz.wrong


def test_no_way_of_sending_takes_the_house_down(fuzz):
    """Wrong methods, wrong content types, broken and endless bodies, odd headers."""
    clerk, token = fuzz.browsers[0], fuzz.browsers[0].token()
    form = {"csrf_token": token}
    broken = b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode() + b"\r\n--x\r\nContent-Dispo"
    bodies = (
        (b"", "application/x-www-form-urlencoded"), (b"\xff\xfe=\xff&%%%=%zz", "application/x-www-form-urlencoded"),
        (b'{"a":', "application/json"), (b"<x/>", "text/xml"), (broken, "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"), (b"x", "a/b; charset=no-such-charset"), (b"\0" * 70000, "application/octet-stream"),
    )  # fmt: skip
    for rule in islice(hostile.pages(fuzz.app, "POST"), 0, None, 4):
        url = address(fuzz.app, rule, fuzz.bird)
        for body, kind in bodies:
            fuzz.ask(clerk, "POST", url, data=body, content_type=kind, headers={"X-CSRFToken": token})
        fuzz.ask(clerk, "PUT", url), fuzz.ask(clerk, "DELETE", url), fuzz.ask(clerk, "PROPFIND", url)
    for url in ("/login", f"/desk/drafts/{fuzz.bird.args['draft_id']}", f"/desk/cases/{fuzz.bird.args['case_no']}/pause"):
        fuzz.ask(clerk, "POST", url, data=form | {f"x{n}": "y" for n in range(5000)})
        fuzz.ask(clerk, "POST", url, data=form | {f"x{n}": "y" for n in range(2500)}, content_type="multipart/form-data")
        fuzz.ask(clerk, "POST", url, data=form | {"note": hostile.LONG, "login": hostile.LONG, "password": hostile.LONG})
    odd = {"Accept-Language": "x" * 3000, "X-Forwarded-For": "'\"<>", "Referer": "http://evil.example/\\", "HX-Current-URL": "http://[",
           "HX-Request": "true", "Cookie": "desk=" + "A" * 3000, "Accept": "application/json;q=x", "Range": "bytes=9-1"}  # fmt: skip
    for url in ("/", "/desk", "/status", f"/desk/cases/{fuzz.bird.args['case_no']}", "/no/such/page"):
        for name, value in odd.items():
            fuzz.ask(clerk, "GET", url, headers={name: value})
    assert not fuzz.wrong


def as_bytes(fields: dict) -> dict:
    """Surrogates as a broken programme would send them."""
    return {
        name: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value for name, value in fields.items()
    }
