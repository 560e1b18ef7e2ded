"""The shape of what a visitor types to check a document."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class VerifyForm(FlaskForm):
    code = StringField(_("核验码"), validators=[InputRequired(_("请输入文书上的核验码。")), Length(max=60)])


class PrintForm(FlaskForm):
    """Nothing but the token: counting a copy is a change."""
