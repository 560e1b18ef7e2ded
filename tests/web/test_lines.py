"""Lines written before: the same only while all that they say is the same."""

from datetime import date

from flask_babel import force_locale

from app.web import lines

TEMPLATE = "layout/_happened.html"


def told(app, *words: str, eyes: tuple = (), asked: list | None = None) -> str:
    asked = [] if asked is None else asked

    def facts(word: str) -> tuple:
        asked.append(word)
        return date(2026, 11, 23), word, "", "", "", ""

    with app.test_request_context():
        return lines.written(TEMPLATE, eyes, [(word, word) for word in words], facts)


def test_a_line_is_put_together_once(app):
    asked: list[str] = []
    first = told(app, "收件", "受理", asked=asked)
    again = told(app, "受理", "收件", "送达", asked=asked)
    assert asked == ["收件", "受理", "送达"]
    assert first.index("收件") < first.index("受理") and again.index("受理") < again.index("收件") < again.index("送达")


def test_other_eyes_and_another_language_have_lines_of_their_own(app):
    asked: list[str] = []
    told(app, "受理", eyes=(1,), asked=asked)
    told(app, "受理", eyes=(2,), asked=asked)
    with app.test_request_context(), force_locale("en"):
        english = lines.written(TEMPLATE, (1,), [("受理", "受理")], lambda word: (date(2026, 11, 23), word, "", "", "", ""))
    assert asked == ["受理", "受理"]
    assert "23 Nov" in english and "11月23日" in told(app, "受理", eyes=(1,))


def test_what_a_line_says_is_escaped(app):
    assert "&lt;b&gt;" in told(app, "<b>")


def test_not_more_is_kept_than_has_room(app, monkeypatch):
    monkeypatch.setattr(lines, "MOST", 100)
    for n in range(30):
        told(app, *(f"{n}-{k}" for k in range(10)), eyes=(n,))
    kept = app.extensions["lines"]
    assert len(kept.lines) <= 100 and len(kept.eyes) <= 2
    asked: list[str] = []
    told(app, "29-9", eyes=(29,), asked=asked)
    told(app, "0-0", eyes=(0,), asked=asked)
    assert asked == ["0-0"]
