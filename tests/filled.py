"""An intake page filled in as a clerk would: read from the page what it asks for, answer it sensibly."""

from tests.sample import company_code, id_number

ACCOUNT = "6222021234567890128"


def filled(page, **given) -> dict:
    """Form values by name: every required control of the page answered, then what is `given` on top.

    Material lines: required ones 有 (or as `given`), originals seen.
    """
    kind = given.get("applicant_kind") or _value(page, "applicant_kind")
    values = {"applicant_kind": kind, "applicant_name": "陈阿婆", "id_number": id_number(), "delivery_mode": "window"}
    values |= {"phone": "13800000001", "residence_address": "文峰街道大龙社区1号"}
    if kind == "organisation":
        values |= {"applicant_name": "都匀市样例物业有限公司", "id_type": "uscc", "id_number": company_code()}
    if kind == "anonymous":
        values |= {"applicant_name": "", "id_number": ""}
    for control in page.select("#intake-form [name^=f_], #intake-form [name^=m-]"):
        name, answer = control["name"], _answer(control)
        if answer is not None and name not in values:
            values[name] = answer
    for row in {name.rsplit("-", 1)[0] for name in values if name.endswith("-id_number") and name.startswith("f_")}:
        values |= {f"{row}-name": "陈小妹", f"{row}-relation": "女儿", f"{row}-id_number": id_number(2)}
    return values | given


def _value(page, name: str) -> str:
    boxes = page.select(f"#intake-form [name={name}]")
    chosen = [box for box in boxes if box.has_attr("checked") or box.get("type") == "hidden"]
    return (chosen or boxes)[0]["value"]


def _answer(control):
    name, kind = control["name"], control.get("type", "text")
    if kind == "hidden":
        return None
    if name.startswith("m-"):
        if name.endswith("-state"):
            return "held"
        return "y" if name.endswith("-original_seen") and not control.has_attr("hidden") else None
    if "-0-" in name:
        return {"id_number": "", "name": "", "relation": ""}.get(name.rsplit("-", 1)[1], "")
    if control.find_parent(class_="people") or kind == "file":
        return None
    if control.name == "select":
        return next(option["value"] for option in control.select("option") if option.get("value"))
    if kind in ("radio", "checkbox"):
        return control["value"]
    if kind == "date":
        return "2026-10-12"
    words = control.find_parent(class_="field").get("class", [])
    return {"money": "1200", "number": "3", "bankaccount": ACCOUNT, "phone": "13800000002",
            "idnumber": id_number(3)}.get(next((w for w in words if w in _KINDS), ""), "样例内容")  # fmt: skip


_KINDS = ("money", "number", "bankaccount", "phone", "idnumber")
