"""The forms of the door. Their fields are not trimmed: a space belongs to a password."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import AnyOf, EqualTo, InputRequired, Length

from app.people.passwords import LONGEST
from app.web.choices import Radio
from app.web.moulds import DeskForm
from app.web.words import LANGUAGES

TOO_LONG = _("输入过长。")


class LoginForm(DeskForm):
    login = StringField(_("登录名"), [InputRequired(_("请输入登录名。")), Length(max=200, message=TOO_LONG)])
    password = PasswordField(_("密码"), [InputRequired(_("请输入密码。")), Length(max=LONGEST, message=TOO_LONG)])
    next = HiddenField()


class CodeForm(DeskForm):
    code = StringField(_("动态码"), [InputRequired(_("请输入动态码。")), Length(max=40, message=TOO_LONG)])


class LogoutForm(DeskForm):
    """Nothing but the token."""


class LocaleForm(DeskForm):
    locale = StringField(validators=[AnyOf(tuple(LANGUAGES))])
    next = HiddenField()


class LookForm(DeskForm):
    """Each answer is a class of the page (static/desk.css), or nothing."""

    scheme = Radio(_("明暗"), choices=[("auto", _("跟随系统")), ("light", _("浅色")), ("dark", _("深色"))], default="auto", required=True)
    size = Radio(_("字号"), choices=[("usual", _("标准")), ("large", _("大")), ("larger", _("特大"))], default="usual", required=True)
    contrast = Radio(_("对比度"), choices=[("usual", _("标准")), ("contrast", _("高"))], default="usual", required=True)

    @property
    def look(self) -> str:
        return " ".join(field.data for field in (self.scheme, self.size, self.contrast) if field.data not in ("auto", "usual"))

    @classmethod
    def of(cls, look: str) -> "LookForm":
        words = set(look.split())
        return cls(
            scheme=next((word for word in ("light", "dark") if word in words), "auto"),
            size=next((word for word in ("large", "larger") if word in words), "usual"),
            contrast="contrast" if "contrast" in words else "usual",
        )


class PasswordForm(DeskForm):
    old_password = PasswordField(
        _("现在的密码"), [InputRequired(_("请输入现在的密码。")), Length(max=LONGEST, message=TOO_LONG)]
    )
    password = PasswordField(_("新密码"), [InputRequired(_("请输入新密码。")), Length(max=LONGEST, message=TOO_LONG)])
    password_again = PasswordField(_("再输入一次新密码"), [EqualTo("password", message=_("两次输入的新密码不一致。"))])
