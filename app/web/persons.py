"""The field for several people at once: a household, a committee, co-applicants."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import Field
from wtforms.widgets import html_params

from app.web import numbers
from app.web.fields import TEXT, Asked
from app.web.text import clean

PEOPLE = 30  # most rows


class PeopleRows:
    """A row of labelled boxes for each person, and some empty ones; desk.js adds more."""

    def __call__(self, field, **more):
        rows = [*field.typed, *({} for _row in range(field.spare if field.typed else field.spare + 1))]
        body = Markup("").join(self._row(field, number, row) for number, row in enumerate(rows))
        return Markup('<div class="people" id="{}" data-rows>{}<button {}>{}</button></div>').format(
            field.id,
            body,
            Markup(html_params(type="button", class_="quiet", data_add_row=True, hidden=True)),
            _("再加一人"),
        )

    def _row(self, field, number: int, row: dict) -> Markup:
        boxes = Markup("").join(
            self._box(field, number, part, str(word), row.get(part, ""), longest)
            for part, (word, _read, longest) in field.PARTS.items()
        )
        nth = Markup('<span class="nth" aria-hidden="true">{}</span>').format(number + 1)
        return Markup('<div class="person" data-row>{}{}</div>').format(nth, boxes)

    def _box(self, field, number: int, part: str, word: str, value: str, longest: int) -> Markup:
        name = f"{field.name}-{number}-{part}"
        settings = {"type": "text", "id": name, "name": name, "value": clean(value), "autocomplete": "off"}
        if part in ("id_number", "phone"):
            settings["class_"] = "digits"
        if (number, part) in field.wrong:
            settings |= {"aria_invalid": "true", "aria_describedby": f"{field.id}-error"}
        return Markup('<span class="box"><label for="{}">{}</label><input {}></span>').format(
            name, escape(word), Markup(html_params(**settings))
        )


class People(Asked, Field):
    """Rows of name, relation, id_number and phone; `data` is a list of such dicts, empty rows left out.

    The rows are plain inputs `<name>-<row>-<part>`: without JavaScript there are `spare` empty ones more.
    """

    missing = _l("请至少填写一人。")
    widget = PeopleRows()
    PARTS = {
        "name": (_l("姓名"), None, 50),
        "relation": (_l("关系"), None, 30),
        "id_number": (_l("公民身份号码"), numbers.id_number, 40),
        "phone": (_l("电话"), numbers.phone, 40),
    }

    def __init__(self, label=None, validators=None, *, spare: int = 2, **more):
        self.spare = spare
        super().__init__(label, validators, **more)

    def process(self, formdata, data=None, **more):
        self.wrong: dict[tuple[int, str], str] = {}
        super().process(None, *([data] if data is not None else []), **more)
        self.typed: list[dict] = [dict(person) for person in self.data or ()]
        if formdata is None or not any(name.startswith(f"{self.name}-") for name in formdata):
            self.data = self.data or []
            return
        self.raw_data = []
        self.typed = [row for number in range(PEOPLE) if any((row := self._row(formdata, number)).values())]
        self.data = [self._read(number, row) for number, row in enumerate(self.typed)]
        self.process_errors = [
            _("第 %(row)s 人：%(problem)s", row=number + 1, problem=problem)
            for (number, _part), problem in self.wrong.items()
        ]

    def _row(self, formdata, number: int) -> dict:
        return {part: clean(formdata.get(f"{self.name}-{number}-{part}", "")[:TEXT]) for part in self.PARTS}

    def _read(self, number: int, row: dict) -> dict:
        person = {}
        for part, (word, read, longest) in self.PARTS.items():
            person[part] = row[part]
            try:
                if part == "name" and not row[part]:
                    raise ValueError(_("请填写姓名。"))
                if len(row[part]) > longest:
                    raise ValueError(_("%(word)s太长。", word=word))
                if read and row[part]:
                    person[part] = read(row[part])
            except ValueError as problem:
                self.wrong[number, part] = str(problem)
        return person
