"""The forms every room shares, and the form that a service item makes of its own questions."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l

from app.refusals import Incomplete
from app.web import choices, fields, persons
from app.web.moulds import DeskForm
from app.web.words import say

PREFIX = "f_"  # a question of the catalogue never meets a field of the model
IN_SIGHT = 5  # up to so many choices are shown at once


class ConfirmForm(DeskForm):
    """A button and nothing else."""


class ReasonForm(DeskForm):
    """Why, in the words of the person who does it."""

    note = fields.TextArea(_l("理由"), required=True, longest=500)


@contextmanager
def taking(form: DeskForm) -> Iterator[None]:
    """Take a step with what was typed: what its rule still misses is said above the form, and the typing is kept.

    with taking(form):
        actions.refuse(case, current_user, **answers(form))
        return go_to(…)
    return page(…, form=form)  # 422, ui.problems(form) says it
    """
    try:
        yield
    except Incomplete as refusal:
        form.form_errors.append(say(refusal))


def answers(form: DeskForm) -> dict:
    """What a form was given, by field name, without its token."""
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


SIMPLE = {
    "text": fields.Text,
    "textarea": fields.TextArea,
    "number": fields.Number,
    "money": fields.Money,
    "date": fields.Day,
    "bool": choices.YesNo,
    "id_number": fields.IdNumber,
    "phone": fields.Phone,
    "bank": fields.BankAccount,
    "people": persons.People,
    "image": fields.Image,
}
TYPES = (*SIMPLE, "select", "multiselect", "address")


def build_item_form(questions, streets=(), base=DeskForm) -> type[DeskForm]:
    """A form class from the catalogue's `fields`: each with key, label, type, required and perhaps options.

    The field of key `account` is called `f_account`. `streets` are offered where an address is asked for.
    Raises KeyError for a type that does not exist: the catalogue is checked before it is loaded.
    """
    made = {PREFIX + _get(asked, "key"): _field(asked, streets) for asked in questions}
    return type("ItemForm", (base,), made)


def plain(form) -> dict:
    """The answers by the catalogue's keys, as JSON can keep them; None where nothing was given."""
    return {field.name.removeprefix(PREFIX): field.plain() for field in item_fields(form)}


def pictures(form) -> dict:
    """The pictures among the answers, by key."""
    return {
        field.name.removeprefix(PREFIX): field.data
        for field in item_fields(form)
        if isinstance(field, fields.Image) and field.data
    }


def item_fields(form) -> list:
    """The catalogue's questions in their order, without what else the form has."""
    return [field for field in form if field.name.startswith(PREFIX)]


def _field(asked, streets):
    kind, required = _get(asked, "type"), bool(_get(asked, "required"))
    settings = {"required": required}
    if kind in ("select", "multiselect"):
        settings["choices"] = [str(option) for option in _get(asked, "options") or ()]
    if kind == "address":
        return fields.Address(_get(asked, "label"), streets=streets, **settings)
    if kind == "multiselect":
        return choices.MultiSelect(_get(asked, "label"), **settings)
    if kind == "select":
        few = required and len(settings["choices"]) <= IN_SIGHT
        return (choices.Radio if few else choices.Select)(_get(asked, "label"), **settings)
    return SIMPLE[kind](_get(asked, "label"), **settings)


def _get(asked, name: str):
    return asked.get(name) if isinstance(asked, dict) else getattr(asked, name, None)
