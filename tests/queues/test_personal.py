"""What the page of a case says about people: masked by the kind of each fact, bare only for who gave a reason."""

from pathlib import Path

import pytest

from app.cases.models import Case
from app.catalog.spec import FieldSpec
from app.jobs.city import read_catalogue
from app.queues import personal

SPEC = read_catalogue(Path(__file__).parents[2] / "data/duyun/catalogue.yaml").specs()[0]
ADDRESS = "文峰街道示例路1号2栋3单元401"


def test_an_address_shows_the_street_not_the_door():
    assert personal.mask_address(ADDRESS) == "文峰街道示例路1＊＊＊"
    assert personal.mask_address("文峰街道") == "文峰街道"
    assert personal.mask_address("文峰街道一") == "文峰街道一＊＊＊"
    assert personal.mask_address(None) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [("电话13800000001，李", "电话*******0001，李"), ("编号123456", "编号123456"), ("1234567", "***4567"),
     ("证52999919900101001X。", "证**************001X。"), ("1234567x", "****567x"), ("无", "无")],
)  # fmt: skip
def test_long_numbers_in_free_text_are_hidden(text, shown):
    assert personal.mask_numbers(text) == shown


def case(**more) -> Case:
    columns = {"applicant_name": "王小明", "applicant_kind": "person", "id_type": "resident_id", "id_number": "529999199001010013",
               "phone": "13800000001", "delivery_mode": "post",
               "particulars": {"residence_address": ADDRESS, "agent": {"name": "李四光", "relation": "外甥", "id_number": "529999199001010013",
                                                                       "phone": "13900000002"}, "guardian": "赵钱孙"}}  # fmt: skip
    return Case(**columns | more)


def test_an_applicant_is_masked_part_by_part(app_once):
    with app_once.test_request_context():
        shown = dict(personal.applicant(case()))
        bare = dict(personal.applicant(case(), bare=True))
        unit = dict(personal.applicant(case(applicant_kind="organisation", applicant_name="示例公司", particulars=None, phone=None)))
        other = dict(personal.applicant(case(applicant_kind="?", id_type="?", delivery_mode="?", particulars={})))
    assert shown == {"申请人": "王**", "类别": "个人", "居民身份证": "529999********0013", "电话": "138****0001",
                     "居住地址": "文峰街道示例路1＊＊＊", "代理人": "李**，外甥，529999********0013，139****0002", "监护人": "赵**",
                     "领取方式": "邮寄送达"}  # fmt: skip
    assert bare == {"申请人": "王小明", "类别": "个人", "居民身份证": "529999199001010013", "电话": "13800000001", "居住地址": ADDRESS,
                    "代理人": "李四光，外甥，529999199001010013，13900000002", "监护人": "赵钱孙", "领取方式": "邮寄送达"}  # fmt: skip
    assert unit == {"申请人": "示例公司", "类别": "单位", "居民身份证": "529999********0013", "领取方式": "邮寄送达"}
    assert (other["类别"], other["证件号码"], other["领取方式"]) == ("?", "529999********0013", "?")


ANSWERS = [
    ("text", "见13800000001", "见*******0001", "见13800000001"),
    ("phone", "13800000001", "138****0001", "13800000001"),
    ("bank", "6222020000000000", "************0000", "6222020000000000"),
    ("id_number", "529999199001010013", "529999********0013", "529999199001010013"),
    ("address", ADDRESS, "文峰街道示例路1＊＊＊", ADDRESS),
    ("image", 7, "已上传图片", "已上传图片"),
    ("bool", True, "是", "是"),
    ("bool", False, "否", "否"),
    *(("bool", yes, "是", "是") for yes in ("yes", "y", "是", "true")),
    ("bool", "no", "否", "否"),
    ("date", "2026-05-06", "2026年5月6日", "2026年5月6日"),
    ("multiselect", ["甲", "乙"], "甲、乙", "甲、乙"),
    ("people", [{"name": "王大明", "relation": "父亲", "phone": ""}, {"name": "李四"}], "王**，父亲；李*", "王大明，父亲；李四"),
    ("number", 0, "", None),
    *(("text", nothing, None, None) for nothing in (None, "", [], {})),
]


@pytest.mark.parametrize(("kind", "value", "shown", "bare"), ANSWERS)
def test_an_answer_is_masked_by_its_kind(app_once, kind, value, shown, bare):
    field = FieldSpec(key="it", label="它", type=kind, required=False, options=[])
    spec = SPEC.model_copy(update={"fields": [field]})
    with app_once.test_request_context():
        assert personal.answers(spec, {"it": value}) == ([("它", shown)] if shown else [])
        assert personal.answers(spec, {"it": value}, bare=True) == ([("它", bare)] if bare else [])
        assert personal.answers(spec, None) == []
