"""One field class for each kind of thing that is typed or handed in: text, numbers, dates, pictures."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import FileField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput, TextInput
from wtforms.widgets import TextArea as TextAreaInput

from app.web import numbers
from app.web.pictures import MOST_BYTES, Picture, read_picture
from app.web.text import clean, narrow

TEXT, TEXTAREA = 200, 2000  # longest, in characters


class Required:
    """Something must be given; an empty line or blanks are nothing, the number 0 is something."""

    field_flags = {"required": True}

    def __init__(self, message=None):
        self.message = _l("请填写这一项。") if message is None else message

    def __call__(self, form, field):
        if field.data is None or field.data in ("", [], {}):
            if not field.errors:
                field.errors = [str(self.message)]
            raise StopValidation()


class Asked:
    """What all our fields share: `required` and `help` as plain arguments, and a value for JSON."""

    missing = _l("请填写这一项。")

    def __init__(self, label=None, validators=None, *, required=False, help="", **more):
        validators = list(validators or ())
        if required:
            validators.insert(0, Required(self.missing))
        super().__init__(label, validators, description=help, **more)

    def plain(self):
        """The value as JSON can keep it; None when nothing was given."""
        return self.data if self.data not in ("", []) else None


class Text(Asked, StringField):
    """One line, at most `longest` characters."""

    lines = False

    def __init__(self, label=None, validators=None, *, longest=TEXT, **more):
        self.longest = longest
        # The browser may stop the typing; the server is the one that counts.
        super().__init__(label, validators, **more)

    def process_formdata(self, valuelist):
        if not valuelist:
            return
        typed = valuelist[0]
        if len(typed) > 10 * self.longest:  # not worth cleaning, and too much to send back
            self.data = typed[: self.longest + 1]
            raise ValueError(self._too_long(len(typed)))
        self.data = clean(typed, self.lines)
        if len(self.data) > self.longest:
            raise ValueError(self._too_long(len(self.data)))

    def _too_long(self, count: int) -> str:
        return _("最多 %(most)s 个字，现在有 %(count)s 个。", most=self.longest, count=count)


class TextArea(Text):
    """Several lines."""

    lines = True
    widget = TextAreaInput()

    def __init__(self, label=None, validators=None, *, longest=TEXTAREA, **more):
        super().__init__(label, validators, longest=longest, **more)


class Read(Asked, StringField):
    """Text that one function of numbers.py reads; what was typed stays in the box when it cannot be right."""

    read = staticmethod(narrow)
    longest = 60
    keys = {"inputmode": "numeric", "autocomplete": "off"}

    def __init__(self, label=None, validators=None, **more):
        super().__init__(label, validators, render_kw={**self.keys, **more.pop("render_kw", {})}, **more)

    def process_formdata(self, valuelist):
        self.data = None
        typed = valuelist[0] if valuelist else ""
        if len(typed) > 10 * self.longest:
            self.raw_data = [typed[: self.longest]]
            raise ValueError(_("内容太长，请核对。"))
        if clean(typed):
            self.data = self.read(typed)

    def _value(self):
        if self.raw_data:
            return clean(self.raw_data[0]) if self.data is None else self.written()
        return self.written()

    def written(self) -> str:
        return "" if self.data is None else str(self.data)


class IdNumber(Read):
    """公民身份号码."""

    read = staticmethod(numbers.id_number)
    keys = {"autocomplete": "off", "spellcheck": "false", "class": "digits"}


class CreditCode(Read):
    """统一社会信用代码."""

    read = staticmethod(numbers.uscc)
    keys = {"autocomplete": "off", "spellcheck": "false", "class": "digits"}


class Phone(Read):
    read = staticmethod(numbers.phone)
    keys = {"inputmode": "tel", "autocomplete": "off", "class": "digits"}


class BankAccount(Read):
    read = staticmethod(numbers.bank_account)
    keys = {"inputmode": "numeric", "autocomplete": "off", "class": "digits"}


class Number(Read):
    """`plain` is an int, or the decimal as text."""

    read = staticmethod(numbers.quantity)
    keys = {"inputmode": "decimal", "autocomplete": "off", "class": "digits"}

    def written(self) -> str:
        return "" if self.data is None else format(Decimal(str(self.data)), "f")

    def plain(self):
        return self.data if self.data is None or isinstance(self.data, int) else self.written()


class Money(Number):
    """Yuan; `plain` is text with two decimals, so that no cent is lost on the way."""

    read = staticmethod(numbers.money)


class Day(Read):
    read = staticmethod(numbers.day)
    widget = DateInput()
    keys = {"min": "1880-01-01", "max": "2200-12-31"}

    def written(self) -> str:
        return self.data.isoformat() if isinstance(self.data, date) else str(self.data or "")

    def plain(self):
        return self.written() or None


class AddressInput(TextInput):
    """A text box with a list of streets below it; anything may be typed."""

    def __call__(self, field, **more):
        if not field.streets:
            return super().__call__(field, **more)
        picks = f"{field.id}-streets"
        option = Markup('<option value="{}"></option>')
        options = Markup("").join(option.format(street) for street in field.streets)
        below = Markup('<datalist id="{}">{}</datalist>').format(picks, options)
        return super().__call__(field, list=picks, **more) + below


class Address(Text):
    """One line; the street can be picked from `streets` and the rest typed behind it."""

    widget = AddressInput()

    def __init__(self, label=None, validators=None, *, streets: Sequence[str] = (), **more):
        self.streets = list(streets)
        super().__init__(label, validators, **more)

    def process_formdata(self, valuelist):
        super().process_formdata(valuelist)
        if self.data and len(self.data) < 4:
            raise ValueError(_("地址太短，请写到门牌号。"))


class Image(Asked, FileField):
    """A JPG or PNG up to 5 MB; `data` is a Picture."""

    missing = _l("请选择一张图片。")

    def __init__(self, label=None, validators=None, **more):
        super().__init__(label, validators, render_kw={"accept": "image/jpeg,image/png"}, **more)

    def process_formdata(self, valuelist):
        self.data = None
        sent = next((item for item in valuelist if getattr(item, "filename", "")), None)
        if sent is not None:
            self.data = read_picture(sent.stream.read(MOST_BYTES + 1))

    def plain(self):
        """What the form remembers of it; the bytes are kept elsewhere."""
        if not isinstance(self.data, Picture):
            return None
        return {"sha256": self.data.digest, "type": self.data.type, "size": len(self.data.data)}
