"""Synthetic residents and what they would answer: valid in form, and nobody's (division 529999 is unassigned)."""

from datetime import date, timedelta
from random import Random

from stdnum import luhn
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from app.catalog.spec import ItemSpec

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高韦蒙陆覃莫龙潘石岑罗"
GIVEN = "伟芳娜敏静秀丽强磊洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红春梅㛃𠮷䶮珺"
STREETS = ("剑江中路", "环东南路", "斗篷山路", "文峰路", "广惠路", "民族路", "河滨路", "云鹤路")
NOTES = ("情况属实。", "因家庭困难申请。", "首次办理。", "材料已备齐。")


def name(dice: Random) -> str:
    return dice.choice(FAMILY) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2, 2))))


def id_number(dice: Random) -> str:
    year, month, day = dice.randint(1936, 2004), dice.randint(1, 12), dice.randint(1, 28)
    body = f"529999{year}{month:02d}{day:02d}{dice.randint(0, 999):03d}"
    return body + mod_11_2.calc_check_digit(body)


def applicant(spec: ItemSpec, dice: Random) -> dict:
    """As receive/intake.py takes it."""
    kind = {"person_or_organisation": "person", "any": "person"}.get(spec.applicant, spec.applicant)
    company = kind == "organisation"
    body = f"91529999MA{dice.randint(0, 9_999_999):07d}"
    return {
        "kind": kind,
        "name": f"示例{name(dice)}物业小区业主委员会" if company else name(dice),
        "id_type": "uscc" if company else "resident_id",
        "id_number": body + uscc.calc_check_digit(body) if company else id_number(dice),
        "phone": f"1{dice.choice('35789')}{dice.randint(0, 999_999_999):09d}" if dice.random() < 0.85 else None,
        "delivery_mode": dice.choices(("window", "post", "community", "door"), (80, 10, 6, 4))[0],
        "particulars": {"residence_address": f"都匀市{dice.choice(STREETS)}{dice.randint(1, 300)}号"},
    }


def alike(person: dict, dice: Random) -> dict:
    """Somebody else of the same sex and birthday (they are in the number): name, id_number, phone."""
    number, phone = person["id_number"], person["phone"]
    if number.startswith("91"):
        body = f"91529999MA{dice.randint(0, 9_999_999):07d}"
        named, number = f"示例{name(dice)}物业小区业主委员会", body + uscc.calc_check_digit(body)
    else:
        body = f"{number[:14]}{dice.randint(0, 499) * 2 + int(number[16]) % 2:03d}"
        named, number = name(dice), body + mod_11_2.calc_check_digit(body)
    return {"name": named, "id_number": number, "phone": phone and phone[:3] + f"{dice.randint(0, 99_999_999):08d}"}


def answers(spec: ItemSpec, dice: Random, day: date) -> dict:
    """A valid value for each of the item's own fields, by key, as given on that day."""
    found = {field.key: _answer(field, dice, day) for field in spec.fields}
    return {key: value for key, value in found.items() if value is not None}


def _answer(field, dice: Random, day: date):
    match field.type:
        case "select":
            return dice.choice(field.options)
        case "multiselect":
            return dice.sample(field.options, 1)
        case "bool":
            return dice.random() < 0.5
        case "number":
            return dice.randint(1, 120)
        case "money":
            return f"{dice.randint(100, 50_000)}.00"
        case "date":
            return (day - timedelta(days=dice.randint(1, 270))).isoformat()
        case "bank":
            body = "622202" + "".join(str(dice.randint(0, 9)) for _ in range(12))
            return body + luhn.calc_check_digit(body)
        case "address":
            return f"都匀市{dice.choice(STREETS)}{dice.randint(1, 300)}号"
        case "people":
            return [{"name": name(dice), "relation": "配偶", "id_number": id_number(dice), "phone": ""}]
        case "id_number":
            return id_number(dice)
        case "phone":
            return f"138{dice.randint(0, 99_999_999):08d}"
        case "image":
            return None
        case _:
            return dice.choice(NOTES)
