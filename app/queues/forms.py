"""The forms of this room."""

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.web import numbers
from app.web.choices import Radio
from app.web.fields import Phone, Text, TextArea
from app.web.moulds import DeskForm


class OpenDataForm(DeskForm):
    reason = TextArea(_l("查看的原因"), required=True, longest=200)


class CopyOrderForm(DeskForm):
    """The fields are named at-<key>; which there are, the item says."""


class ExportDataForm(DeskForm):
    identity = Radio(_l("本人身份"), required=True, choices=[("seen", _l("已核对有效证件原件")), ("proxy", _l("已核对委托书和双方证件"))])
    reason = TextArea(_l("情况说明"), required=True, longest=200, help=_l("例如：本人到窗口要求查阅"))
    given_as = Radio(_l("怎样给"), required=True, choices=[("page", _l("在页面上看，可打印")), ("file", _l("数据文件（JSON）"))])


class CorrectDataForm(DeskForm):
    """What stays empty stays as it is."""

    applicant_name = Text(_l("姓名或名称"), longest=60)
    id_number = Text(_l("证件号码"), longest=40)
    phone = Phone(_l("电话"))
    residence_address = Text(_l("居住地址"), longest=200)
    household_address = Text(_l("户籍地址"), longest=200)
    post_address = Text(_l("邮寄地址"), longest=200)
    reason = TextArea(_l("更正的依据"), required=True, longest=300, help=_l("看了什么证件、证明"))

    def __init__(self, id_type: str, *args, **more):
        super().__init__(*args, **more)
        self._read = {"resident_id": numbers.id_number, "uscc": numbers.uscc}.get(id_type, str.strip)

    def validate_id_number(self, field):
        try:
            field.data = self._read(field.data) if field.data else ""
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def changes(self) -> dict[str, str]:
        said = {name: said for name, said in self.data.items() if said and name not in ("reason", "csrf_token")}
        return said | (numbers.said_by(said["id_number"]) if self._read is numbers.id_number and "id_number" in said else {})
