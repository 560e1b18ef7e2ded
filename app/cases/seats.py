"""Who may take a step: a permission of organisation.yaml, and how near to the case the person must sit."""

from functools import cache
from typing import NamedTuple

from flask_babel import get_locale
from flask_babel import gettext as _

from app.cases import ordered
from app.cases.standing import Standing
from app.people.scope import sees


class Seat(NamedTuple):
    """`permission` as in organisation.yaml roles[].can; `near` is a key of NEAR."""

    permission: str
    near: str


def _centre(s: Standing) -> bool:
    return s.by.office_kind in ("service_centre", "station") and s.by.centre_id == s.case.centre_id


def _any_window(s: Standing) -> bool:
    return s.by.office_kind in ("service_centre", "station")


def _task(s: Standing) -> bool:
    return any(task.office_id == s.by.office_id for task in s.live_tasks)


def _task_ever(s: Standing) -> bool:
    return any(task.office_id == s.by.office_id for task in s.tasks)


def _competent(s: Standing) -> bool:
    return s.by.office_id in s.competent_ids


def _street(s: Standing) -> bool:
    scope = sees(s.by)
    return scope.kind == "city" or s.by.street_id == s.case.street_id


def _at_desk(s: Standing) -> bool:
    return _centre(s) and s.at_desk


def _anyone(s: Standing) -> bool:
    return True


def _street_leader(s: Standing) -> bool:
    """Only the street's own office may whistle (domain 4.5)."""
    return s.by.office_kind == "street" and s.by.street_id == s.case.street_id


def _ordered(s: Standing) -> bool:
    return ordered.order_here(s) is not None


def _whistled(s: Standing) -> bool:
    return ordered.whistled_here(s)


NEAR = {
    "centre": _centre,
    "any_window": _any_window,
    "task": _task,
    "task_ever": _task_ever,
    "competent": _competent,
    "street": _street,
    "at_desk": _at_desk,
    "street_leader": _street_leader,
    "ordered": _ordered,
    "whistled": _whistled,
    "anyone": _anyone,
}
NEAR_WORDS = {
    "centre": "收件的中心",
    "any_window": "任一窗口",
    "task": "承办单位",
    "task_ever": "承办单位",
    "competent": "主管部门",
    "street": "本街道",
    "at_desk": "收件窗口（即办件）",
    "street_leader": "街道办事处",
    "ordered": "被督办的单位",
    "whistled": "被吹哨的单位",
    "anyone": "",
}
PERMISSION_WORDS = {
    "receive": "综窗受理员",
    "accept_delegated": "综窗受理员",
    "collect": "出件员",
    "notify": "综窗受理员",
    "report_event": "网格员",
    "acknowledge": "承办人",
    "examine": "承办人",
    "send_back": "承办人",
    "propose": "承办人",
    "review": "审核人",
    "decide": "审批人",
    "extend": "审批人",
    "special_procedure": "审批人",
    "issue": "出件员",
    "deliver": "出件员",
    "home_visit": "网格员",
    "handover": "物料流转员",
    "reassign": "值班长",
    "override": "值班长",
    "supervise": "值班长",
    "archive": "档案员",
    "mediate": "人民调解员",
    "ticket": "导办员",
    "calendar": "系统管理员",
    "system": "系统",
}
SYSTEM_SEAT = Seat("system", "anyone")


def sits(standing: Standing, seats: tuple[Seat, ...]) -> bool:
    return any(standing.by.may(seat.permission) and NEAR[seat.near](standing) for seat in seats)


def who(seats: tuple[Seat, ...]) -> str:
    """The people who may take the step, in words: 收件的中心综窗受理员、承办单位审批人."""
    return _said_once(seats, str(get_locale()))


@cache  # the table has some eighty rows of seats, and a page asks about most of them
def _said_once(seats: tuple[Seat, ...], _language: str) -> str:
    said = (_seat(s) for s in seats if s != SYSTEM_SEAT)
    return _("、").join(dict.fromkeys(said)) or _("系统")


def _seat(seat: Seat) -> str:
    near, role = NEAR_WORDS[seat.near], _(PERMISSION_WORDS[seat.permission])
    return _("%(place)s%(role)s", place=_(near), role=role) if near else role
