"""Numbers people type, read the way a kind clerk reads them: each function answers the one proper form.

What cannot be right raises ValueError with a sentence for the person at the desk.
"""

import re
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from stdnum import luhn
from stdnum.cn import ric
from stdnum.cn import uscc as credit_code
from stdnum.exceptions import ValidationError

from app.moments import today
from app.web.text import narrow

MOST_MONEY = Decimal(10) ** 10
MOST = Decimal(10) ** 9
DIGITS = re.compile(r"[0-9]+")
PLAIN_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")


def id_number(text: str) -> str:
    """公民身份号码, 18 characters, X upper case (GB 11643): form, date of birth and check digit.

    The division in front is not looked up: old codes are still on valid cards, 529999 marks sample people.
    """
    number = narrow(text).replace("-", "").upper()
    if len(number) == 15 and DIGITS.fullmatch(number):
        raise ValueError(_("这是 15 位的旧号码，请照证件填写现在的 18 位公民身份号码。"))
    if len(number) != 18:
        raise ValueError(_("公民身份号码应为 18 位，现在是 %(count)s 位。", count=len(number)))
    if not DIGITS.fullmatch(number[:17]) or not (number[17].isdigit() or number[17] == "X"):
        raise ValueError(_("公民身份号码前 17 位应为数字，末位为数字或 X。"))
    born_on(number)
    if ric.calc_check_digit(number) != number[17]:
        raise ValueError(_("公民身份号码的校验位不对，请逐位核对。"))
    return number


def born_on(number: str) -> date:
    """Date of birth of an ID number in its proper form."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = None
    if born is None or born.year < 1880 or born > today():
        raise ValueError(_("公民身份号码中的出生日期不对，请逐位核对。"))
    return born


def said_by(number: str) -> dict[str, str]:
    """Sex and day of birth, as an ID number in its proper form says them (GB 11643): kept beside it."""
    return {"sex": "男" if int(number[16]) % 2 else "女", "born": born_on(number).isoformat()}


def uscc(text: str) -> str:
    """统一社会信用代码, 18 characters (GB 32100)."""
    code = narrow(text).replace("-", "").upper()
    if len(code) != 18:
        raise ValueError(_("统一社会信用代码应为 18 位，现在是 %(count)s 位。", count=len(code)))
    try:
        if code.isascii():
            return credit_code.validate(code)
    except (ValidationError, ValueError):
        pass
    raise ValueError(_("统一社会信用代码不对，请照营业执照逐位核对。"))


def phone(text: str) -> str:
    """A mobile number 13800000000, or a landline with its area code 0854-8221234."""
    number = re.sub(r"[-()]", "", narrow(text))
    number = re.sub(r"^(\+86|0086)", "", number)
    if re.fullmatch(r"1[3-9][0-9]{9}", number):
        return number
    # Area codes: three digits for 010 and 02x, four for all others.
    if found := re.fullmatch(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))([2-9][0-9]{6,7})", number):
        return f"{found[1]}-{found[2]}"
    raise ValueError(_("电话应为 11 位手机号，或带区号的固定电话，例如 0854-8221234。"))


def bank_account(text: str) -> str:
    """A bank card, 12 to 19 digits, with its Luhn check digit."""
    number = narrow(text).replace("-", "")
    if not DIGITS.fullmatch(number) or not 12 <= len(number) <= 19:
        raise ValueError(_("银行卡号应为 12 至 19 位数字。"))
    if len(set(number)) == 1 or not luhn.is_valid(number):
        raise ValueError(_("银行卡号的校验位不对，请照卡面逐位核对。"))
    return number


def money(text: str) -> Decimal:
    """Yuan with two decimals, from nothing up to ten billion. `￥1,234.5` is read as 1234.50."""
    typed = narrow(text).lstrip("¥￥").removesuffix("元").replace(",", "")
    if not PLAIN_NUMBER.fullmatch(typed):
        raise ValueError(_("金额请填数字，例如 1200 或 1200.50，不带负号。"))
    amount = Decimal(typed)
    if amount != amount.quantize(Decimal("0.01")):
        raise ValueError(_("金额最多两位小数。"))
    if amount > MOST_MONEY:
        raise ValueError(_("金额太大，请核对（最多一百亿元）。"))
    return amount.quantize(Decimal("0.01"))


def quantity(text: str) -> int | Decimal:
    """A count or a measure, not negative, up to a thousand million, at most four decimals."""
    typed = narrow(text).replace(",", "")
    if not PLAIN_NUMBER.fullmatch(typed):
        raise ValueError(_("请填数字，例如 3 或 86.5，不带负号和单位。"))
    number = Decimal(typed)
    if number > MOST:
        raise ValueError(_("数字太大，请核对。"))
    return int(number) if number == int(number) else number.normalize()


def day(text: str) -> date:
    """2026-12-03, 2026/12/3, 2026.12.3, 20261203 or 2026年12月3日; between 1880 and 2200."""
    typed = narrow(text).rstrip("日号")
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})", typed) or re.fullmatch(
        r"([0-9]{4})([0-9]{2})([0-9]{2})", typed
    )
    try:
        read = date(*map(int, found.groups())) if found else None
    except ValueError:
        read = None
    if read is None:
        raise ValueError(_("日期不对，请照 2026-12-03 的样子填写。"))
    if not 1880 <= read.year <= 2200:
        raise ValueError(_("日期太早或太晚，请核对年份。"))
    return read
