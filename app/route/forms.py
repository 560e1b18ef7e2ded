"""The forms of the way between desks."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.web.choices import Radio, Select
from app.web.fields import TextArea
from app.web.moulds import DeskForm

REASONS = ["份数不符", "单位不对", "扫描不清", "需核实情况", "其他"]


class ReassignForm(DeskForm):
    task_id = Radio(_l("改派哪个任务"), required=True)
    office_id = Select(_l("改派给"), required=True)
    reason = TextArea(_l("原因"), required=True, longest=500)
    wrong_unit = BooleanField(_l("原来派错了单位：在那里耽误的时间记在派出方"))


class QueryForm(DeskForm):
    reason = Radio(_l("原因"), required=True, choices=[(word, _l(word)) for word in REASONS])
    question = TextArea(_l("要窗口核实什么"), required=True)


class AnswerForm(DeskForm):
    answer = TextArea(_l("答复"), required=True)


def reassign_form(tasks: list[tuple[int, str]], offices: list[tuple[str, str]]) -> ReassignForm:
    form = ReassignForm()
    form.task_id.choices = [(str(number), word) for number, word in tasks]
    form.office_id.choices = [("", _l("请选择")), *offices]
    return form
