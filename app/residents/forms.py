"""What a resident types: a code, four characters, stars."""

from flask_babel import lazy_gettext as _l

from app.web.choices import Radio
from app.web.fields import Text, TextArea
from app.web.moulds import DeskForm

STARS = [("5", _l("非常满意")), ("4", _l("满意")), ("3", _l("基本满意")), ("2", _l("不满意")), ("1", _l("非常不满意"))]


class StatusForm(DeskForm):
    code = Text(_l("查询码"), required=True, longest=60)
    last_four = Text(_l("身份证或电话的后四位"), longest=4, help=_l("不填也能查进度；填了可以看详细内容和单据。"))


class RatingForm(DeskForm):
    stars = Radio(_l("这件事办得怎么样？"), required=True, choices=STARS)
    comment = TextArea(_l("想说的话"), longest=500)
