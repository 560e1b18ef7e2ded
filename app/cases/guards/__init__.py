"""Why not: each guard looks at a Standing and answers None, or the reason in plain Chinese.

Guards need only the case and the person; the page shows their reasons on greyed buttons.
Needs (given.py) look at what was typed for the step. Both hold on every path, because lifecycle.advance() asks them.
"""

from flask_babel import gettext as _

Reason = str | None
PRINTED_ON_DEMAND = {"power_of_attorney": "授权委托书", "privacy_notice": "个人信息处理告知书"}
WINDOWS = ("service_centre", "station")
OVER = "over"  # the mark of a clock that has run out and whose consequence was proposed


def names_of(papers) -> str:
    return _("、").join(paper.name for paper in papers)
