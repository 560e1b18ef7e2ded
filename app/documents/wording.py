"""How dates, limits, papers and names read on an official document. Pure; always Chinese, whatever the screen says."""

import re
from datetime import date, datetime

WEEKDAYS = "一二三四五六日"
BLANK_DAY = "　　　　年　　月　　日"
FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件"}
DELIVERY = {"window": "到窗口领取", "post": "邮寄送达", "community": "社区代领", "door": "上门送达"}
ID_TYPES = {
    "resident_id": "居民身份证",
    "uscc": "统一社会信用代码",
    "passport": "护照",
    "hmt_permit": "港澳台居民居住证",
    "foreigner_permit": "外国人永久居留身份证",
    "none": "无证件",
}
YOU = {"person": "你", "household": "你户", "organisation": "你单位", "anonymous": "你"}
PAPER_NAMES = ("告知书", "通知书", "凭证", "回执", "登记单", "确认单", "反馈单", "决定书", "核定表", "证明", "协议书")


def as_day(value: date | datetime | str | None) -> date | None:
    """A date from a date, a moment or ISO text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if value else None
    return value.date() if isinstance(value, datetime) else value


def day(value) -> str:
    """2026年12月3日 (GB/T 9704: Arabic figures); an unknown one is a line to write on."""
    found = as_day(value)
    return f"{found.year}年{found.month}月{found.day}日" if found else BLANK_DAY


def due(value, tentative: bool = False) -> str:
    """2026年12月3日（周四）: a day by which something must be done; 暂定 while that year has no notice yet."""
    found = as_day(value)
    return f"{day(found)}（周{WEEKDAYS[found.weekday()]}{'，暂定' if tentative else ''}）" if found else BLANK_DAY


def moment(value: datetime | str | None) -> str:
    """2026年12月3日 10:32"""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if value else None
    return f"{day(value)} {value:%H:%M}" if value else ""


def limit(amount: int | None, unit: str | None = "working_day") -> str:
    """15个工作日, 30日; nothing for no limit, 当场 for none at all."""
    if amount is None:
        return ""
    if not amount:
        return "当场"
    return f"{amount}个工作日" if unit == "working_day" else f"{amount}日"


def basis(text: str | None) -> str:
    """A legal basis without the evidence tags of the catalogue ([S], [K，…])."""
    return re.sub(r"\s*\[[^\]]*\]", "", text or "").strip("；; ")


def result_title(name: str, otherwise: str) -> str:
    """The title of a result from its name in the catalogue: 就业创业证/失业登记凭证 → 失业登记凭证."""
    plain = re.sub(r"（[^）]*）", "", name)
    pieces = [piece.strip() for piece in re.split(r"[/＋+]", plain) if piece.strip()]
    papers = [piece for piece in pieces if piece.endswith(PAPER_NAMES)]
    return (papers or pieces or [otherwise])[0]


def full_name(name: str, city: str, street: str = "") -> str:
    """市民政局 → 都匀市民政局; 文峰街道办事处 → 都匀市文峰街道办事处."""
    if city and name.startswith("市"):
        return city + name[1:]
    return city + name if street and name.startswith(street) and not name.startswith(city) else name


def sex_of(id_number: str | None) -> str:
    """男 or 女 from the 17th digit of a resident ID (GB 11643); nothing for any other number."""
    if not id_number or len(id_number) != 18 or not id_number[:17].isdigit():
        return ""
    return "男" if int(id_number[16]) % 2 else "女"
