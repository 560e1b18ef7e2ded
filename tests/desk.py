"""A browser that refuses to look at a badly made page."""

from contextvars import Context

from bs4 import BeautifulSoup

from app import moments
from app.extensions import db
from app.people import sessions
from app.people.models import User


class Desk:
    """One browser: keeps its cookies, reads every page critically, fills in forms as a browser does."""

    def __init__(self, app):
        self.app = app
        self.client = app.test_client()

    def sign_in(self, login: str) -> "Desk":
        """Sit down as this person, without the sign-in form (its own tests use the form)."""
        token = self._apart(self._open_session, login)
        with self.client.session_transaction() as session:
            session.clear()
            session["sid"] = token
        return self

    def _open_session(self, login: str) -> str:
        with self.app.app_context():
            user = db.session.scalar(db.select(User).filter_by(login=login))
            assert user, f"nobody is called {login}"
            return sessions.open_session(user.id)

    def fetch(self, url: str, expect: int | None = 200, part: bool = False, **options):
        """The bare answer: for files, JSON, redirects."""
        headers = {"HX-Request": "true"} if part else {}
        answer = self._apart(self.client.get, url, headers=headers, **options)
        assert expect in (None, answer.status_code), f"{url}: {answer.status_code}\n{answer.text[:3000]}"
        return answer

    def get(self, url: str, expect: int = 200, part: bool = False) -> BeautifulSoup:
        """The page, inspected; `part` asks as htmx does. The answer itself is `page.answer`."""
        page = _soup(self.fetch(url, expect, part))
        if page.answer.mimetype == "text/html" and expect != 204:
            inspect(page, part)
            if part and expect == 200:
                lies_within(page, _soup(self.fetch(url)))
        return page

    def post(self, url, data=None, expect: int | None = None, part=False, page: str | None = None):
        """Open the page of the form (`page`, else `url`), fill it in, send it; None leaves a field out.

        A taken step answers 303, asked as htmx does 204; `answer.location` is where it leads either way.
        """
        form = form_values(_soup(self.fetch(page or url, None)), url)
        if "csrf_token" not in form:
            form |= form_values(_soup(self.fetch("/login", None)), url)
        for name, value in (data or {}).items():
            form[name] = value
        form = {name: value for name, value in form.items() if value is not None}
        return self.send(url, form, (204 if part else 303) if expect is None else expect, part)

    def send(self, url: str, form: dict, expect: int | None = 303, part: bool = False):
        """Exactly these fields, nothing added."""
        headers = {"HX-Request": "true"} if part else {}
        answer = self._apart(self.client.post, url, data=form, headers=headers)
        assert expect in (None, answer.status_code), f"{url}: {answer.status_code} {_words(answer)}"
        answer.location = answer.headers.get("HX-Redirect") or answer.headers.get("Location")
        if answer.mimetype == "text/html" and answer.status_code not in (204, 303):
            inspect(_soup(answer), part)
        return answer

    def _apart(self, ask, *args, **kwargs):
        """Apart from an app context that the test holds open: it would lend its user and its session."""
        moment = moments._set_to.get()

        def run():
            if moment is None:
                return ask(*args, **kwargs)
            with moments.at(moment):
                return ask(*args, **kwargs)

        return Context().run(run)


def _soup(answer) -> BeautifulSoup:
    page = BeautifulSoup(answer.data if answer.mimetype == "text/html" else "", "html.parser")
    page.answer = answer
    return page


def _words(answer) -> str:
    """What the page says, for the message of a failed test."""
    page = _soup(answer)
    said = page.select("#banner, .error, [role=alert], [aria-invalid=true]")
    said = said or [page.select_one("main") or page]
    named = [element.get("name") or element.get_text(" ", strip=True) for element in said]
    return f"→ {answer.headers.get('Location', '')} {named}"


def form_values(page: BeautifulSoup, action: str) -> dict:
    """What a browser would send from the form with this action; of another form at least its token."""
    forms = page.select("form[method=post]")
    own = [form for form in forms if form.get("action", "").split("?")[0] == action.split("?")[0]]
    if not own:
        tokens = page.select("input[name=csrf_token]")
        return {"csrf_token": tokens[0]["value"]} if tokens else {}
    form = next((f for f in own if f["action"] == action), own[0])
    values: dict[str, list[str]] = {}
    for control in form.select("input[name], select[name], textarea[name]"):
        if not control.has_attr("disabled"):
            values.setdefault(control["name"], []).extend(_value(control))
    if form.get("id"):
        for control in page.select(f'[form="{form["id"]}"][name]'):
            values.setdefault(control["name"], []).extend(_value(control))
    return {name: given[0] if len(given) == 1 else given for name, given in values.items() if given}


def _value(control) -> list[str]:
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        options = control.select("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return [option.get("value", option.get_text()) for option in chosen]
    kind = control.get("type", "text")
    if kind in ("submit", "button", "image", "reset", "file"):
        return []
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.has_attr("checked") else []
    return [control.get("value", "")]


def inspect(page: BeautifulSoup, part: bool = False) -> None:
    """What must hold of every page of the house."""
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids)), f"the same id twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    _nothing_inline(page)
    _forms_work_alone(page)
    _htmx_says_where(page)
    for image in page.select("img"):
        assert image.has_attr("alt"), f"a picture without words: {image}"
    _every_control_is_named(page, set(ids))
    if not part:
        assert page.html and page.html.get("lang"), "a page that does not state its language"
        assert page.title and page.title.get_text(strip=True), "a page without a title"
        assert len(page.select("h1")) == 1, f"{len(page.select('h1'))} h1 on one page"


def _nothing_inline(page) -> None:
    assert not page.select("[style], style"), f"inline style: {str(page.select('[style], style')[0])[:200]}"
    for script in page.select("script"):
        assert script.get("src"), "an inline script"
    for element in page.find_all(True):
        for attribute in element.attrs:
            bad = attribute.startswith(("on", "hx-on", "hx-vars", "hx-boost"))
            assert not bad, f"{attribute} on <{element.name}>"
        for address in (element.get("href", ""), element.get("src", "")):
            assert not address.strip().lower().startswith("javascript:"), address
            assert not address.startswith(("http:", "https:", "//")) or element.name == "a", address


def _forms_work_alone(page) -> None:
    for form in page.select("form"):
        assert form.get("action"), f"a form that cannot work alone: {str(form)[:200]}"
        if form.get("method", "get").lower() == "post":
            assert form.select("input[name=csrf_token]"), f"a form without its token: {form['action']}"
        else:
            assert not form.select("input[name=csrf_token]"), f"a token in an address: {form['action']}"


def _htmx_says_where(page) -> None:
    for element in page.select("[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]"):
        assert element.get("hx-target"), f"says where to ask, not where to put: {str(element)[:200]}"
        assert element.get("hx-swap"), f"does not say how to put it: {str(element)[:200]}"
    assert not page.select("[hx-put], [hx-patch], [hx-delete]"), "only POST changes"
    for element in page.select("[hx-post]"):
        assert element.name == "form" and element.get("action") == element["hx-post"], str(element)[:200]


def _every_control_is_named(page, ids: set[str]) -> None:
    labels = {label.get("for") for label in page.select("label[for]")}
    for control in page.select("input, select, textarea"):
        if control.get("type") in ("hidden", "submit", "button", "reset"):
            continue
        named = (
            control.get("aria-label")
            or control.get("aria-labelledby", "").split()
            or control.get("id") in labels
            or control.find_parent("label")
        )
        assert named, f"a field without a label: {str(control)[:200]}"
        for other in control.get("aria-describedby", "").split():
            assert other in ids, f"described by {other}, which is not there"


def lies_within(part: BeautifulSoup, whole: BeautifulSoup) -> None:
    """A fragment is a block of its page: what it puts in place stands at the same place of the whole page."""
    for element in part.find_all(True, recursive=False):
        assert element.get("id"), f"a fragment that nothing can find again: {str(element)[:200]}"
        there = whole.select_one(f"{element.name}#{element['id']}")
        assert there, f"#{element['id']} is not on the whole page"
        names = [[c.get("name") for c in one.select("[name]")] for one in (element, there)]
        assert names[0] == names[1], f"the fragment #{element['id']} has other fields than its page"


def tries_until_refused(ask, allowed: int) -> int:
    """How many answers came before the first 429. `ask` sends one try and returns its answer.

    A window of the limit is a real minute and begins with its first try: a machine that stood still for one gives a new window.
    """
    for done in range(3 * allowed):
        if ask().status_code == 429:
            return done
    raise AssertionError(f"{3 * allowed} tries and none was refused")
