"""The forms of the administrator: a new member of staff, a new password."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from app.people.passwords import LONGEST
from app.web.choices import MultiSelect, Select
from app.web.fields import Text
from app.web.moulds import DeskForm

FIRST = _l("首次登录时须由本人修改。")


def _password(label) -> PasswordField:
    return PasswordField(label, [InputRequired(_l("请输入密码。")), Length(max=LONGEST)], description=FIRST)


class UserForm(DeskForm):
    """`roles` and `office_id` get their choices from the view."""

    login = Text(_l("登录名"), required=True, longest=63)
    name = Text(_l("姓名"), required=True, longest=50)
    office_id = Select(_l("单位"), required=True)
    roles = MultiSelect(_l("岗位"), required=True)
    password = _password(_l("初始密码"))


class ResetForm(DeskForm):
    password = _password(_l("新密码"))
