"""One field class for each way to choose among what is listed."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from app.web.fields import TEXT, Asked
from app.web.text import clean, narrow


class _Choosing(Asked):
    missing = _l("请选择一项。")

    def pre_validate(self, form):
        """Words instead of 'Not a valid choice'."""
        if self.data in (None, ""):
            return
        if self.data not in [str(choice.value) for choice in self.iter_choices()]:
            self.data = None
            raise StopValidation(_("请从所列各项中选择。"))

    def process_formdata(self, valuelist):
        if valuelist:
            self.data = clean(valuelist[0])[:TEXT] or None


class Select(_Choosing, SelectField):
    """One of many. `choices` is a list of texts or of (value, text)."""

    def __init__(self, label=None, validators=None, *, choices=(), **more):
        super().__init__(label, validators, choices=[SelectChoice("", _l("请选择")), *_all(choices)], **more)

    def __call__(self, **attributes):
        if (first := next(iter(self.iter_choices()), None)) and first.value:
            attributes.setdefault("required", False)  # something real is always chosen: HTML wants an empty first line where it says required
        return super().__call__(**attributes)


class Radio(_Choosing, RadioField):
    """One of a few, all of them in sight."""

    widget = ListWidget(prefix_label=False)

    def __init__(self, label=None, validators=None, *, choices=(), **more):
        super().__init__(label, validators, choices=_all(choices), **more)


class YesNo(Radio):
    """是 or 否; None while nobody has answered. Takes y, on, true, 1 and their opposites too."""

    missing = _l("请选择“是”或“否”。")
    WORDS = {"yes": True, "y": True, "on": True, "true": True, "1": True, "是": True,
             "no": False, "n": False, "off": False, "false": False, "0": False, "否": False}  # fmt: skip

    def __init__(self, label=None, validators=None, **more):
        more.setdefault("choices", [("yes", _l("是")), ("no", _l("否"))])
        super().__init__(label, validators, **more)

    def process_formdata(self, valuelist):
        typed = narrow(valuelist[0])[:TEXT].lower() if valuelist else ""
        self.data = self.WORDS.get(typed)
        if typed and self.data is None:
            raise ValueError(str(self.missing))

    def process_data(self, value):
        self.data = self.WORDS.get(str(value).lower()) if value is not None else None

    def pre_validate(self, form):
        """Already read."""

    def iter_choices(self):
        chosen = {True: "yes", False: "no"}.get(self.data)
        return [choice._replace(selected=choice.value == chosen) for choice in super().iter_choices()]


class MultiSelect(Asked, SelectMultipleField):
    """Any of a few, as boxes to tick."""

    missing = _l("请至少选择一项。")
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label=None, validators=None, *, choices=(), **more):
        super().__init__(label, validators, choices=_all(choices), **more)

    def process_formdata(self, valuelist):
        self.data = list(dict.fromkeys(clean(value)[:TEXT] for value in valuelist[:100] if clean(value)))

    def pre_validate(self, form):
        known = {str(choice.value) for choice in self.iter_choices()}
        if unknown := [value for value in self.data or () if value not in known]:
            self.data = [value for value in self.data if value not in unknown]
            raise StopValidation(_("请从所列各项中选择。"))


def offered(*choices: tuple[str, str]) -> tuple[SelectChoice, ...]:
    """The choices of a field that stands in every line of a page, ready."""
    return tuple(_all(choices))


def _all(choices) -> list[SelectChoice]:
    """(value, text): the text in the language of the page. A text alone comes from the catalogue and stays as it is.
    What is a choice already stays too: a list that many forms offer is made once (offered)."""
    if choices and isinstance(choices[0], SelectChoice):
        return list(choices)
    pairs = (choice if isinstance(choice, tuple) else (choice, choice) for choice in choices)
    return [SelectChoice(value, _l(text) if text is not value and isinstance(text, str) else text) for value, text in pairs]
