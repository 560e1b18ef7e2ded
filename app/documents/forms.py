"""The shapes of what is typed about documents: to check one, to change what becomes of it, to register paper."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileSize
from wtforms import BooleanField, StringField
from wtforms.validators import Length, Optional, ValidationError

from app.documents.checking import MOST_BYTES
from app.web.choices import Select
from app.web.fields import Number, Text, TextArea
from app.web.moulds import DeskForm


class VerifyForm(DeskForm):
    """A code, a number, or the file itself."""

    code = StringField(_l("核验码或文号"), validators=[Length(max=60)])
    file = FileField(
        _l("或者：文书的 PDF 文件"), validators=[Optional(), FileSize(MOST_BYTES, message=_l("文件太大，最多 10 MB。"))]
    )

    def validate_code(self, field) -> None:
        if not (field.data or "").strip() and not self.file.data:
            raise ValidationError(_l("请输入文书上的核验码或文号，或者选择文书的 PDF 文件。"))


class PrintForm(DeskForm):
    """Nothing but the token: counting a copy is a change."""


class LifeForm(DeskForm):
    number = Select(_l("文书"), required=True)
    reason = TextArea(_l("原因"), required=True, longest=500)


class VoidForm(LifeForm):
    again = BooleanField(_l("同时按原内容重新出具一份（新文号）"))


class VoidSheetForm(DeskForm):
    reason = TextArea(_l("作废的原因"), required=True, longest=500)


class PrintedForm(DeskForm):
    kind = Select(_l("要打印的文书"), required=True)


class OnPaperForm(DeskForm):
    serial = Text(_l("证照纸编号"), required=True, longest=20)
    spoiled = Text(_l("换纸重印：原来那张作废的原因"), longest=200)


class PackForm(DeskForm):
    first = Text(_l("起始编号"), required=True, longest=20, help=_l("例如 GZ000001"))
    last = Text(_l("截止编号"), required=True, longest=20)


class SpoilForm(DeskForm):
    serial = Text(_l("证照纸编号"), required=True, longest=20)
    reason = Text(_l("作废的原因"), required=True, longest=200)


class BatchForm(DeskForm):
    """The boxes are named case_no; the page reads them as a list."""


class BlockForm(DeskForm):
    """A block of hand receipts for one's own counter."""

    count = Number(_l("张数（1 至 50）"), required=True, default=20)


class VoidSlipForm(DeskForm):
    last = Text(_l("连同后面的：到哪一号为止（只作废这一张则不填）"), longest=20)
    reason = Text(_l("作废的原因"), required=True, longest=200)
