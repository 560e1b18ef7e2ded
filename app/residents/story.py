"""Where a case stands, in the words one would use to a neighbour: what is so, what comes next, what to bring.

Asks for nothing but the facts, the day and the language.
"""

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.moments import today
from app.web.words import brief


@dataclass(frozen=True)
class Facts:
    """What the sentences need of a case, and nothing of a person."""

    state: str
    outcome: str | None = None
    mode: str = "window"  # how the result is to be handed over
    centre: str = ""
    at: str = ""  # the office whose turn it is
    moving: bool = False  # the papers are on their way there
    there: bool = False  # the office can begin, or has begun
    procedure: str = ""  # a special procedure that runs now
    forwarded_to: str = ""
    replied: bool = False
    dues: dict[str, date] = field(default_factory=dict)  # running clocks: kind -> due date
    tentative: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """`now`: one sentence; `next`: what follows; `bring`: what to take along; `your_turn`: the office waits for you."""

    now: str
    next: str = ""
    bring: tuple[str, ...] = ()
    your_turn: bool = False


def story(f: Facts) -> Story:
    """The story of any state; a state that ended without a decision says where its reasons are written."""
    return TOLD[f.state](f)


def _received(f: Facts) -> Story:
    until = f.dues.get("intake")
    if until is None:
        after = _("核对完会告诉您结果；如果还缺什么，会一次说清。")
    elif _gone(until):
        after = _("原定%(day)s前告诉您结果；如果还缺什么，会一次说清。", day=brief(until))
    else:
        after = _("最晚%(day)s前告诉您结果；如果还缺什么，会一次说清。", day=brief(until))
    return Story(_("材料已经收下，正在核对能不能受理。"), after)


def _correction(f: Facts) -> Story:
    if not f.missing:
        return Story(_("要补的材料已经收齐，正在重新核对。"), _("核对完会告诉您是否受理。"))
    until = f.dues.get("correction")
    if until and _gone(until):
        now = _("还差几样材料，交来的日子（%(day)s前）已经过了，请尽快到窗口。", day=brief(until))
    else:
        now = _("还差几样材料，请在%(day)s前交来。", day=brief(until)) if until else _("还差几样材料，请尽快交来。")
    return Story(now, _("交到任何一个党群服务中心（站）的窗口都可以。收齐后从那一天开始办理。"), f.missing, your_turn=True)


def _accepted(f: Facts) -> Story:
    if f.there and f.at:
        now = _("已经受理，材料已送到%(office)s，%(due)s。", office=f.at, due=_ready_by(f))
    elif f.moving:
        now = _("已经受理，材料正在送往%(office)s的路上，%(due)s。", office=f.at, due=_ready_by(f))
    elif f.at:
        now = _("已经受理，接下来送到%(office)s，%(due)s。", office=f.at, due=_ready_by(f))
    else:
        now = _("已经受理，%(due)s。", due=_ready_by(f))
    return _with_promise(f, now)


def _processing(f: Facts) -> Story:
    if f.procedure:
        now = _("正在进行“%(procedure)s”，这段时间不算在办理期限里，%(due)s。", procedure=f.procedure, due=_ready_by(f))
    else:
        now = _("%(office)s正在办理，%(due)s。", office=f.at or f.centre, due=_ready_by(f))
    return _with_promise(f, now)


def _with_promise(f: Facts, now: str) -> Story:
    """容缺: what was promised to follow is still to come."""
    if f.missing:
        until = f.dues.get("supplement")
        return Story(now, _promised(until) if until else "", f.missing, your_turn=True)
    return Story(now, _("办好后，由%(centre)s的窗口告诉您、把结果交给您。现在不用您做什么。", centre=f.centre))


def _promised(until: date) -> str:
    if _gone(until):
        return _("您答应后补的材料，交来的日子（%(day)s前）已经过了，请尽快交到任何一个窗口。", day=brief(until))
    return _("您答应后补的材料，请在%(day)s前交来，交到任何一个窗口都可以。", day=brief(until))


def _decided(f: Facts) -> Story:
    if f.outcome == "denied":
        return Story(
            _("已经有了结果：这一次不能办。"),
            _("请到%(centre)s领取决定书，上面写明了理由，以及不服时可以怎么办。", centre=f.centre),
            (_("领取人的身份证"),), your_turn=True,
        )  # fmt: skip
    until = f.dues.get("delivery")
    if until is None:
        now = _("已经批准，正在制作结果。")
    elif _gone(until):
        now = _("已经批准，正在制作结果，原定%(day)s前送到。", day=brief(until))
    else:
        now = _("已经批准，正在制作结果，%(day)s前送到。", day=brief(until))
    return Story(now, _how_it_comes(f))


def _ready(f: Facts) -> Story:
    until = f.dues.get("collect")
    if f.mode == "window":
        now = _("办好了，请到%(centre)s领取。", centre=f.centre)
        if until and _gone(until):
            later = _("约好的日子（%(day)s前）已经过了，现在仍然可以来领。", day=brief(until))
        else:
            later = _("请在%(day)s前来，过了这一天会再联系您。", day=brief(until)) if until else ""
        return Story(now, later, (_("本人的身份证"), _("请别人代领的，另带委托书和代领人的身份证")), your_turn=True)
    return Story(_("办好了。"), _how_it_comes(f), (_("收件时请出示身份证"),))


def _how_it_comes(f: Facts) -> str:
    return {
        "post": _("结果会邮寄给您，不用再跑。"),
        "community": _("结果会送到您的社区，由社区转交。"),
        "door": _("工作人员会送上门。"),
    }.get(f.mode, _("做好后会通知您到%(centre)s领取。", centre=f.centre))


def _delivered(f: Facts) -> Story:
    return Story(_("已经办完，结果已经交到您手上。"), _("请收好结果。"))


def _forwarded(f: Facts) -> Story:
    now = _("这件事由%(unit)s办理，已经替您转过去。", unit=f.forwarded_to or _("有权办理的单位"))
    return Story(now, _("对方的答复已经收到，请到窗口了解。") if f.replied else _("对方的答复会送回这个窗口，由窗口告诉您。"))


ENDS = {
    "not_accepted": _l("这一件没有受理。"),
    "withdrawn": _l("这一件已经撤回，不再办理。"),
    "revoked": _l("答应后补的材料没有补齐，这一件的受理已经撤销。"),
    "terminated": _l("这一件已经终止办理。"),
}


def _ended(f: Facts) -> Story:
    reasons = _("理由和不服时可以怎么办，写在给您的通知书上。材料可以到%(centre)s取回。", centre=f.centre)
    return Story(str(ENDS[f.state]), reasons if f.state != "withdrawn" else
                 _("材料可以到%(centre)s取回。以后还可以再申请。", centre=f.centre))  # fmt: skip


def _ready_by(f: Facts) -> str:
    until = f.dues.get("promise")
    if until is None:
        return _("办好后马上告诉您")
    if _gone(until):
        return _("原定%(day)s前办好", day=brief(until))
    about = _("（这一年的放假安排还没有公布，日期可能变动）") if f.tentative else ""
    return _("预计%(day)s前办好", day=brief(until)) + about


def _gone(until: date) -> bool:
    """The day is over, and nobody is told to expect something of it."""
    return until < today()


TOLD = {
    "new": _received,
    "received": _received,
    "correction": _correction,
    "accepted": _accepted,
    "processing": _processing,
    "decided": _decided,
    "ready": _ready,
    "delivered": _delivered,
    "archived": _delivered,
    "forwarded": _forwarded,
    **dict.fromkeys(ENDS, _ended),
}

