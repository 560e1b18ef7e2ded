"""The forms of this room."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app.web.fields import TextArea


class OpenDataForm(FlaskForm):
    reason = TextArea(_l("查看的原因"), required=True, longest=200)


class CopyOrderForm(FlaskForm):
    """The fields are named at-<key>; which there are, the item says."""
