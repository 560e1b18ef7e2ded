"""Each kind of question: what is taken, in which form it is kept, what is refused and with which words."""

import io
import json
import unicodedata
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from stdnum.cn import ric
from werkzeug.datastructures import FileStorage, MultiDict

from app.web.fields import CreditCode
from app.web.forms import TYPES, build_item_form, plain
from app.web.moulds import DeskForm
from app.web.text import clean

OPTIONS = ["独居", "与子女同住"]
LONG = "甲" * 200_000


def id_number(front: str = "52999919900101001") -> str:
    return front + ric.calc_check_digit(front + "0")


def ask(kind, *typed, required=False, name="f_q", **more):
    """The answer to one question of this kind: the value kept, and what was said."""
    asked = {"key": "q", "label": "问题", "type": kind, "required": required, "options": OPTIONS, **more}
    form = build_item_form([asked], streets=["都匀市文峰街道"])(
        formdata=MultiDict([(name, value) for value in typed]), meta={"csrf": False}
    )
    form.validate()
    json.dumps(plain(form))
    str(form.f_q())
    return plain(form)["q"], " ".join(form.f_q.errors)


GOOD = [
    ("text", "  家属  ", "家属"),
    ("text", "a\0b\u202ec\ud800\n", "abc"),
    ("text", "e\u0301", "é"),
    ("text", "㛃𠅤𠮷䶮", "㛃𠅤𠮷䶮"),
    ("text", "", None),
    ("text", "   ", None),
    ("text", "字" * 200, "字" * 200),
    ("textarea", "一\r\n二\0", "一\n二"),
    ("number", "０", 0),
    ("number", "1,200", 1200),
    ("number", "８６.５０", "86.5"),
    ("money", "0", "0.00"),
    ("money", "￥1,234.5", "1234.50"),
    ("money", "１２００元", "1200.00"),
    ("money", "10000000000", "10000000000.00"),
    ("date", "2026-12-03", "2026-12-03"),
    ("date", "2026年12月3日", "2026-12-03"),
    ("date", "２０２６/１２/３", "2026-12-03"),
    ("date", "20261203", "2026-12-03"),
    ("select", "独居", "独居"),
    ("bool", "yes", True),
    ("bool", "否", False),
    ("bool", "on", True),
    ("id_number", id_number("52999919900101002"), id_number("52999919900101002")),
    ("id_number", "５２９９９９　１９９００１０１　００１９", "529999199001010019"),
    ("phone", "13800000000", "13800000000"),
    ("phone", "+86 138-0000-0000", "13800000000"),
    ("phone", "（０８５４）８２２１２３４", "0854-8221234"),
    ("phone", "010 88886666", "010-88886666"),
    ("bank", "6222 0200 0000 0000 000", "6222020000000000000"),
    ("address", "都匀市文峰街道剑江中路1号", "都匀市文峰街道剑江中路1号"),
]


@pytest.mark.parametrize(("kind", "typed", "kept"), GOOD)
def test_a_good_answer_is_kept_in_its_proper_form(request_context, kind, typed, kept):
    assert ask(kind, typed) == (kept, "")


BAD = [
    ("text", "字" * 201, "最多 200 个字，现在有 201 个"),
    ("text", LONG, "最多 200 个字"),
    ("textarea", LONG, "最多 2000 个字"),
    ("number", "-1", "不带负号"),
    ("number", "1e5", "请填数字"),
    ("number", "NaN", "请填数字"),
    ("number", "²", None),
    ("number", "9999999999", "太大"),
    ("money", "-1", "不带负号"),
    ("money", "1.234", "两位小数"),
    ("money", "10000000000.01", "太大"),
    ("money", "Infinity", "请填数字"),
    ("money", LONG, "太长"),
    ("date", "2026-02-30", "日期不对"),
    ("date", "1492-10-12", "太早或太晚"),
    ("date", "0000-00-00", "日期不对"),
    ("date", "明天", "日期不对"),
    ("select", "别墅", "请从所列各项中选择"),
    ("multiselect", "别墅", "请从所列各项中选择"),
    ("bool", "也许", "请选择“是”或“否”"),
    ("id_number", "529999900101001", "15 位的旧号码"),
    ("id_number", "52999919900101001", "现在是 17 位"),
    ("id_number", "529999199001010018", "校验位不对"),
    ("id_number", id_number("52999919901301001"), "出生日期不对"),
    ("id_number", id_number("52999929990101001"), "出生日期不对"),
    ("id_number", "5299991990010100A9", "应为数字"),
    ("id_number", LONG, "太长"),
    ("phone", "12800000000", "11 位手机号"),
    ("phone", "8221234", "带区号"),
    ("phone", "1380000000０0", "11 位手机号"),
    ("bank", "6222020000000000001", "校验位不对"),
    ("bank", "0000000000000000", "校验位不对"),
    ("bank", "62220200000", "12 至 19 位"),
    ("bank", "IV①②③", "12 至 19 位"),
    ("address", "一楼", "地址太短"),
]


@pytest.mark.parametrize(("kind", "typed", "said"), BAD)
def test_a_bad_answer_is_refused_in_words(request_context, kind, typed, said):
    kept, problem = ask(kind, typed)
    if said is None:  # a superscript is read as its digit: kindness, not a hole
        assert kept == 2
        return
    assert said in problem


def test_a_lower_case_x_is_a_check_digit(request_context):
    ending_in_x = next(n for serial in range(100) if (n := id_number(f"52999919900101{serial:03d}")).endswith("X"))
    assert ask("id_number", ending_in_x.lower()) == (ending_in_x, "")


def test_what_was_typed_wrongly_stays_in_the_box(request_context):
    form = build_item_form([{"key": "q", "label": "证件", "type": "id_number"}])(
        formdata=MultiDict({"f_q": "529999<b>"}), meta={"csrf": False}
    )
    form.validate()
    assert 'value="529999&lt;b&gt;"' in form.f_q()


@pytest.mark.parametrize("kind", TYPES)
def test_a_required_question_must_be_answered(request_context, kind):
    kept, problem = ask(kind, required=True)
    assert not kept and problem
    kept, problem = ask(kind, "  ", required=True)
    assert not kept and problem


@pytest.mark.parametrize("kind", TYPES)
def test_an_optional_question_may_stay_open(request_context, kind):
    assert ask(kind)[1] == ""
    assert ask(kind, "")[1] == ""


def test_zero_is_an_answer(request_context):
    assert ask("number", "0", required=True) == (0, "")
    assert ask("bool", "no", required=True) == (False, "")


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("hostile", ["\0", "\ud800", LONG, "{{7*7}}", "<script>", "'; drop table", "９" * 5000, "\u202e"])
def test_no_answer_breaks_a_form(request_context, kind, hostile):
    for name in ("f_q", "f_q-0-name", "f_q-0-id_number", "f_q-29-phone"):
        kept, _problem = ask(kind, hostile, name=name)
        assert "\0" not in json.dumps(kept) and "\\ud800" not in json.dumps(kept)


def test_several_may_be_ticked(request_context):
    assert ask("multiselect", "独居", "与子女同住", "独居") == (["独居", "与子女同住"], "")


def test_a_short_list_is_shown_whole_and_a_long_one_folded(request_context):
    short = build_item_form([{"key": "q", "label": "", "type": "select", "required": True, "options": OPTIONS}])
    long = build_item_form([{"key": "q", "label": "", "type": "select", "required": True, "options": list("一二三四五六")}])
    assert 'type="radio"' in short(meta={"csrf": False}).f_q()
    assert "<select" in long(meta={"csrf": False}).f_q()


def people(rows: dict):
    form = build_item_form([{"key": "family", "label": "家庭成员", "type": "people", "required": True}])(
        formdata=MultiDict({f"f_family-{name}": value for name, value in rows.items()}), meta={"csrf": False}
    )
    form.validate()
    return form.f_family


def test_people_come_in_rows_and_empty_rows_are_left_out(request_context):
    field = people({"0-name": "张三", "0-phone": "１３８００００００００", "1-name": "", "4-name": "李四", "4-relation": "女儿"})
    assert field.errors == []
    assert [person["name"] for person in field.plain()] == ["张三", "李四"]
    assert field.plain()[0]["phone"] == "13800000000"
    assert field().count("data-row>") == 4  # two people and two rows to spare


def test_the_row_with_a_mistake_is_named(request_context):
    field = people({"0-name": "张三", "1-phone": "123"})
    assert [problem[:7] for problem in field.errors] == ["第 2 人：请", "第 2 人：电"]
    assert field().count('aria-invalid="true"') == 2


def picture(kind="PNG", size=(3, 4)):
    data = io.BytesIO()
    Image.new("RGB", size).save(data, kind)
    return data.getvalue()


def hand_in(data: bytes, name="照片.png"):
    form = build_item_form([{"key": "q", "label": "照片", "type": "image"}])(
        formdata=MultiDict({"f_q": FileStorage(io.BytesIO(data), filename=name)}), meta={"csrf": False}
    )
    form.validate()
    return form.f_q


def test_a_picture_is_known_by_its_bytes(request_context):
    field = hand_in(picture("JPEG"), "../../x.svg")
    assert not field.errors
    assert (field.data.type, field.data.suffix, field.data.width, field.data.height) == ("image/jpeg", "jpg", 3, 4)
    assert field.plain()["size"] == len(field.data.data)


def bomb() -> bytes:
    """A PNG that says it is 30,000 × 30,000."""
    data = bytearray(picture())
    data[16:24] = (30000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "JPG 或 PNG"), (b"<svg onload=x>", "JPG 或 PNG"), (b"%PDF-1.7", "JPG 或 PNG"), (picture()[:20], "JPG 或 PNG"),
     (picture("GIF"), "JPG 或 PNG"), (picture() + b"0" * 5 * 1024 * 1024, "5 MB"), (bomb(), "像素太多")],
)  # fmt: skip
def test_what_is_no_picture_is_refused(request_context, data, said):
    field = hand_in(data)
    assert said in " ".join(field.errors) and field.plain() is None


def test_forms_of_one_class_share_nothing_that_was_typed(request_context):
    asked = [{"key": kind, "label": "问题", "type": kind, "options": OPTIONS, "required": True} for kind in TYPES]
    made = build_item_form(asked)
    wrong = {"f_people-0-name": "", "f_people-0-phone": "1", "f_number": "abc", "f_select": "别的", "f_multiselect": "别的", "f_text": "字"}
    first = made(formdata=MultiDict(wrong), meta={"csrf": False})
    line = made(formdata=MultiDict({"line-1-f_text": "另一个"}), prefix="line-1-", meta={"csrf": False})
    again = made(formdata=MultiDict(), meta={"csrf": False})
    first.f_select.choices = []
    assert not first.validate() and first.f_people.wrong
    assert not again.f_people.wrong and not again.errors and again.f_select.choices
    assert (first.f_text.data, line.f_text.data, again.f_text.data) == ("字", "另一个", None)
    assert (again.f_text.id, line.f_text.id, line.f_text.label.field_id) == ("f_text", "line-1-f_text", "line-1-f_text")
    assert 'name="line-1-f_bool"' in line.f_bool() and again.meta is not first.meta


def test_a_credit_code_has_a_check_character(request_context):
    class Firm(DeskForm):
        uscc = CreditCode("统一社会信用代码", required=True)

    def said(typed):
        form = Firm(formdata=MultiDict({"uscc": typed}), meta={"csrf": False})
        return (form.uscc.data, "") if form.validate() else (None, form.uscc.errors[0])

    assert said("９1350100M000100Y43") == ("91350100M000100Y43", "")
    assert "逐位核对" in said("91350100M000100Y44")[1]
    assert "应为 18 位" in said("91350100")[1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(max_size=150))
def test_text_comes_out_composed_and_without_controls(request_context, text):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in once)
    assert ask("text", text)[1] == "" and (ask("text", text)[0] or "") == once
