"""A day of a ledger in words: the same on the screen, on the printed sheet and on the command line."""

from flask_babel import gettext as _

from app.calendar.due import WORKING_DAY, Line

WEEKDAYS = "一二三四五六日"


def counted(line: Line, unit: str) -> str:
    """Whether the day counts, as which one, and if not, why not."""
    return {
        "start": lambda: _("起算日，不计入（民法典第201条）"),
        "counted": lambda: _nth(line, unit),
        "makeup": lambda: _nth(line, unit),
        "weekend": lambda: _("周末，不计入"),
        "holiday": lambda: _("放假，不计入"),
        "paused": lambda: _("暂停，不计入"),
        "rolled": lambda: _("顺延至此（民法典第203条）"),
        "extended": lambda: _("延长，计入第 %(n)s", n=line.count),
    }[line.kind]()


def said(line: Line, unit: str) -> str:
    """One line of `calendar due --explain`."""
    note = f"（{line.note}）" if line.note else ""
    return f"{line.day} 周{WEEKDAYS[line.day.weekday()]} {counted(line, unit)}{note}"


def _nth(line: Line, unit: str) -> str:
    if unit == WORKING_DAY:
        return _("计入第 %(n)s 个工作日", n=line.count)
    return _("计入第 %(n)s 日", n=line.count)
