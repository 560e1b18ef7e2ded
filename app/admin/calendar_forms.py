"""The forms of the calendar: days of one year, a whole notice, and the button that saves what was previewed."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField, TextAreaField
from wtforms.validators import Length

from app.calendar.find import REST, WORK
from app.calendar.yamlfile import LARGEST
from app.web.choices import MultiSelect, Radio
from app.web.fields import Day, Text
from app.web.moulds import DeskForm

KINDS = [(REST, _l("放假")), (WORK, _l("上班（调休）"))]


class YearForm(DeskForm):
    """`gone`: days that are as the week says again. Everything else about the added days may stay empty."""

    source = Text(_l("通知名称和文号"), longest=300)
    provisional = BooleanField(_l("暂定：这一年还没有正式通知"))
    first = Day(_l("加上：从"))
    last = Day(_l("到（只有一天可不填）"))
    kind = Radio(_l("这几天"), choices=KINDS)
    name = Text(_l("名称"), longest=60, help=_l("放假要写名称，如“州庆”。"))
    gone = MultiSelect(_l("去掉"))

    def fits(self, year: int) -> bool:
        """What one field cannot know of the other; True when all is right."""
        first, last = self.first.data, self.last.data or self.first.data
        if not self.source.data and not self.provisional.data:
            self.source.errors = [_("请写明依据的通知，或者勾选“暂定”。")]
        if first and (first.year != year or last.year != year or not 0 <= (last - first).days < 31):
            self.first.errors = [_("应为 %(year)s 年内、前后相接、不超过 31 天的日期。", year=year)]
        if first and not self.kind.data:
            self.kind.errors = [_("请选择放假还是上班。")]
        if first and self.kind.data == REST and not self.name.data:
            self.name.errors = [_("放假要写名称。")]
        return not self.errors


class NoticeForm(DeskForm):
    text = TextAreaField(_l("通知内容"), [Length(max=LARGEST)])
    file = FileField(_l("或者选择文件"), render_kw={"accept": ".yaml,.yml,text/yaml"})

    def given(self) -> str:
        """The file if there is one, else what was pasted."""
        sent = self.file.data
        if getattr(sent, "filename", ""):
            return sent.read(LARGEST + 1).decode("utf-8-sig", "replace")
        return self.text.data or ""


class SaveForm(DeskForm):
    """Exactly what was previewed, and the calendar against which it was."""

    text = HiddenField()
    stands = HiddenField()
