"""Dates, amounts, masks and lights as the desk writes them: filters of every template."""

import re
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from flask import Flask, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import pass_context
from markupsafe import Markup

from app.moments import CST, today
from app.web import masking, tongue
from app.web.lines import written

WEEKDAYS = "一二三四五六日"
LANGUAGES = {"zh": "中文", "en": "English"}
KIOSK = "/kiosk"
LOOKS = {"big": re.compile("1"), "lang": re.compile("|".join(LANGUAGES)), "kiosk": re.compile("[a-z0-9-]{1,40}")}  # what residents carry along in their links


def init_app(app: Flask) -> None:
    masks = (masking.mask_name, masking.mask_applicant, masking.mask_id, masking.mask_phone, masking.mask_account)
    for way in (day, brief, moment, days_left, money, grouped, big, say, many, *masks):
        app.jinja_env.filters[way.__name__] = way
    app.jinja_env.globals |= {"light_word": light_word, "places": places, "first_place": first_place, "page_language": page_language, "look": look, "looks": looks, "at_kiosk": at_kiosk,
                              "languages": LANGUAGES}


def day(value: date | datetime | str | None) -> str:
    """2026年12月3日（周四）; nothing for None. Text is given back as it is."""
    if not isinstance(value, date):
        return value or ""
    value = _at_the_desk(value)
    if _in_english():
        return f"{value:%a} {value.day} {value:%b} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"


def brief(value: date | datetime | str | None) -> str:
    """Where room is short: 12月3日（周四）, a moment 12月3日 09:30; the year only when it is another one."""
    if not isinstance(value, date):
        return value or ""
    value = _at_the_desk(value)
    hour = f" {value:%H:%M}" if isinstance(value, datetime) else ""
    year = value.year if value.year != today().year else None
    if _in_english():
        return f"{value.day} {value:%b}" + (f" {year}" if year else "") + hour
    weekday = "" if hour else f"（周{WEEKDAYS[value.weekday()]}）"
    return (f"{year}年" if year else "") + f"{value.month}月{value.day}日{weekday}{hour}"


def moment(value: datetime | str | None) -> str:
    """2026年12月3日 09:30, at the desk's time whatever zone it came in."""
    if not isinstance(value, datetime):
        return day(value)
    value = _at_the_desk(value)
    if _in_english():
        return f"{value.day} {value:%b} {value.year} {value:%H:%M}"
    return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"


def days_left(value: int | date | None, working: bool = False) -> str:
    """还剩 3 天 · 今天到期 · 已超 2 天, from a number of days or a date; `working` says 个工作日."""
    if value is None:
        return ""
    left = (value - today()).days if isinstance(value, date) else value
    if left == 0:
        return _("今天到期")
    if working:
        return _("还剩 %(n)s 个工作日", n=left) if left > 0 else _("已超 %(n)s 个工作日", n=-left)
    return _("还剩 %(n)s 天", n=left) if left > 0 else _("已超 %(n)s 天", n=-left)


def money(value: Decimal | str | float | None) -> str:
    """1,234.50 元"""
    return "" if value in (None, "") else _("%(amount)s 元", amount=f"{Decimal(str(value)):,.2f}")


def say(word) -> str:
    """A word of a table, or a refusal, in the language of the page: tables and rules speak Chinese (translations/tables.py)."""
    return _(str(word)) if word else ""


def many(number: int, most: int = 1000) -> str:
    """A number as it is; of what was not counted to its end, that it is more."""
    return f"{most}+" if number > most else str(number)


def limit(amount: int | None, unit: str | None = "working_day") -> str:
    """15个工作日, 30日; nothing for no limit, 当场 for none at all. On paper: documents/wording.py."""
    if amount is None:
        return ""
    if not amount:
        return _("当场")
    return _("%(n)s个工作日", n=amount) if unit == "working_day" else _("%(n)s日", n=amount)


def grouped(value: str | None, size: int = 4) -> str:
    """A long number in groups that an eye can follow: 5227 0100 2260 …"""
    text = str(value or "")
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


@pass_context  # else Jinja works it out once, for a constant address
def big(_context, url: str) -> str:
    """Filter of links: still_big()."""
    return still_big(url)


def still_big(url: str) -> str:
    """The same address, still in big print and in the language of this page: nothing is left in a shared browser."""
    kept = looks()
    if not kept:
        return url
    url, mark, anchor = url.partition("#")
    return url + ("&" if "?" in url else "?") + urlencode(kept) + mark + anchor


def look(**other: str) -> str:
    """This page with another look: look(big="1"), look(lang="en"); with nothing, the usual one."""
    kept = urlencode({name: value for name, value in (looks() | other).items() if value})
    return request.path + ("?" + kept if kept else "")


def looks() -> dict[str, str]:
    """How this page is shown, as it travels in links and in forms that only ask. Read once: every link asks."""
    notes = g._get_current_object()
    try:
        return notes.looks
    except AttributeError:
        notes.looks = _read_looks()
        return notes.looks


def _read_looks() -> dict[str, str]:
    asked = request.args
    if request.path == KIOSK:  # where the machine begins: `?centre=` says by whose door
        asked = {"kiosk": asked.get("centre") or "any", **asked, "big": "1"}
    return {name: asked[name] for name, known in LOOKS.items() if known.fullmatch(asked.get(name, ""))}


def at_kiosk() -> str:
    """The centre by whose door the machine stands that shows this page; empty for everybody else's screen."""
    return looks().get("kiosk", "")


LIGHTS = {"green": _l("正常"), "yellow": _l("临期"), "red": _l("超期"), "black": _l("超法定")}


def light_word(light: str | None) -> str:
    """What the light says; shape and colour belong to the style sheet."""
    return str(LIGHTS.get(light or "", ""))


WHERE = {  # the roles that find work behind each link; a link is an offer, the guards decide
    "/desk": {"guide", "clerk", "agent", "courier", "issuer", "supervisor", "grid_worker", "archivist"},
    "/desk/visits": {"guide", "clerk", "agent"},
    "/desk/slips": {"clerk", "courier", "issuer", "case_officer", "mediator", "archivist"},
    "/office": {"case_officer", "reviewer", "approver", "issuer", "mediator"},
    "/documents/register": {"issuer", "auditor"},
    "/oversight": {"supervisor"},
    "/admin": {"org_admin", "auditor"},
}


def places(user) -> Markup:
    """Links to where this person works, with the one where they are."""
    path = request.path + "/"
    here = max((address for address in WHERE if path.startswith(address + "/")), key=len, default="")
    key = (user.roles, here)
    return written("layout/_places.html", (), [(key, key)], _places)


def first_place(user) -> str:
    """Where their work begins, for a way back."""
    return next((address for address, roles in WHERE.items() if not roles.isdisjoint(user.roles)), "/")


def _places(seen: tuple) -> tuple:
    """For the template: [(address, word, whether one is there now), …]"""
    roles, here = seen
    words = {
        "/desk": _("窗口"), "/desk/visits": _("叫号"), "/desk/slips": _("流转"), "/office": _("办理"),
        "/documents/register": _("文书"), "/oversight": _("督办"), "/admin": _("管理"),
    }  # fmt: skip
    return ([(address, words[address], address == here) for address, wanted in WHERE.items() if not wanted.isdisjoint(roles)],)


def page_language() -> str:
    """For <html lang>."""
    return "en" if _in_english() else "zh-CN"


def _in_english() -> bool:
    return getattr(tongue.locale(), "language", "zh") == "en"


def _at_the_desk(value):
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(CST)
    return value
