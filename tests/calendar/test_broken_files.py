"""A calendar file that is wrong is refused as a whole, and every mistake is named by file, line and field."""

import pytest

from app.calendar.read import CalendarFile, read_calendar
from app.calendar.yamlfile import LARGEST, BrokenFile, load

GOOD = """\
version: "0.1"
national:
  2026:
    source: "国务院办公厅通知"
    holidays:
    - {name: 元旦, from: 2026-01-01, to: 2026-01-03}
    - {name: 清明节, from: 2026-04-04, to: 2026-04-06}
    work: [2026-01-04, 2026-02-14]
local:
  2026:
    source: null
    provisional: true
    holidays:
    - {name: 州庆, from: 2026-08-10, to: 2026-08-11}
centres:
  wenfeng_centre:
    2026:
      source: "中心通知"
      work: [2026-08-11]
"""


@pytest.fixture
def problems(tmp_path):
    """What is said about the good file after one change (or about quite another text)."""

    def said(old: str | None = None, new: str | bytes = "") -> list[str]:
        file = tmp_path / "calendar.yaml"
        text = new if old is None else GOOD.replace(old, new, 1)
        assert old is None or old in GOOD
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(BrokenFile) as broken:
            read_calendar(file)
        assert all(line.startswith(f"{file}:") and "应为" in line for line in broken.value.problems)
        return [line.removeprefix(f"{file}:") for line in broken.value.problems]

    return said


def test_the_good_file_is_good(tmp_path):
    file = tmp_path / "calendar.yaml"
    file.write_text(GOOD)
    read = read_calendar(file)
    assert list(read.years()) == ["national", "local", "wenfeng_centre"]
    assert read.layer("wenfeng_centre").published == {2026}
    assert load(file)[1]["national", 2026, "holidays", 1, "to"] == 7


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: 2026-01-03}", "to: 2025-12-31}", "6 national.2026.holidays[0].to：2025-12-31 不在 2026 年"),
        (
            "from: 2026-04-04, to: 2026-04-06",
            "from: 2026-04-06, to: 2026-04-04",
            "7 national.2026.holidays[1].to：2026-04-04 早于",
        ),
        ("from: 2026-04-04", "from: 2026-01-03", "7 national.2026.holidays[1].to：一个假期超过 31 天"),
        (
            "from: 2026-04-04, to: 2026-04-06",
            "from: 2026-01-03, to: 2026-01-03",
            "7 national.2026.holidays[1]：2026-01-03 已属于“元旦”",
        ),
        ("[2026-01-04,", "[2026-01-03,", "8 national.2026.work[0]：2026-01-03 已属于“元旦”"),
        ("[2026-01-04,", "[2026-02-14,", "8 national.2026.work[1]：2026-02-14 已属于本年的 work"),
        ("[2026-01-04,", "[2026-01-05,", "8 national.2026.work[0]：2026-01-05 本来就是工作日"),
        ("[2026-01-04,", "[2027-01-03,", "8 national.2026.work[0]：2027-01-03 不在 2026 年"),
        (
            "work: [2026-08-11]",
            "work: [2026-08-12]",
            "19 centres.wenfeng_centre.2026.work[0]：2026-08-12 本来就是工作日",
        ),
        (
            "name: 元旦",
            "nmae: 元旦",
            "6 national.2026.holidays[0].nmae：不认识的字段，应为下列之一：name、from、to",
        ),
        ("name: 元旦, ", "", "6 national.2026.holidays[0].name：缺少这一项"),
        ("name: 元旦", "name: ''", "6 national.2026.holidays[0].name：文字太短"),
        ("name: 元旦", "name: 1", "6 national.2026.holidays[0].name：1 不是文字"),
        (
            "    work:",
            "    wrok:",
            "8 national.2026.wrok：不认识的字段，应为下列之一：source、provisional、holidays、work",
        ),
        ("local:", "lokal:", "9 lokal：不认识的字段，应为下列之一：version、national、local、centres"),
        ("from: 2026-01-01", "from: 元旦", "6 national.2026.holidays[0].from：元旦 不是日期"),
        ("from: 2026-01-01", "from: 20260101", "6 national.2026.holidays[0].from：20260101 不是日期"),
        ("from: 2026-01-01", "from: '2026-01-01'", "6 national.2026.holidays[0].from：2026-01-01 不是日期"),
        (
            "from: 2026-01-01",
            "from: 2026-01-01 08:00:00",
            "6 national.2026.holidays[0].from：2026-01-01 08:00:00 不是日期",
        ),
        ("from: 2026-01-01", "from: 2026-02-30", "6 national.2026.holidays[0].from：2026-02-30 不是有效的值"),
        (
            "from: 2026-01-01",
            "from: !!python/object:os.system 1",
            "6 national.2026.holidays[0].from：不认识的标记",
        ),
        ("[2026-01-04, 2026-02-14]", "2026-01-04", "8 national.2026.work：2026-01-04 不是列表"),
        ("[2026-01-04, 2026-02-14]", "", "8 national.2026.work：空白 不是列表"),
        ("provisional: true", "provisional: maybe", "12 local.2026.provisional：maybe 不是是非值"),
        ("    provisional: true\n", "", "11 local.2026.source：没有通知来源"),
        ('    source: "国务院办公厅通知"\n', "", "3 national.2026.source：没有通知来源"),
        ("  2026:\n    source: n", "  二六:\n    source: n", "10 local.二六：二六 不是整数"),
        ("  2026:\n    source: n", "  26:\n    source: n", "10 local[26]：26 太小，应为不小于 1986"),
        ("  wenfeng_centre:", "  local:", "16 centres.local：local 不能作中心的编号"),
        ("  wenfeng_centre:", "  文峰:", "16 centres.文峰：文峰 格式不对"),
        ("    work:", "    source: 又一次\n    work:", "8 national.2026.source：与第 4 行重复"),
        ("local:", "national:", "9 national：与第 2 行重复"),
        ("    work: [2026-01-04,", "    work: [2026-01-04,]]", "8 全文：YAML 写法有误"),
        ("local:", "\tlocal:", "9 全文：YAML 写法有误"),
        ("元旦", "元\x07旦", "6 全文：YAML 写法有误（有不允许的控制字符）"),
        ("    source: null", "    source: *x", "11 全文：YAML 写法有误（不支持引用 *）"),
        ("  2026:\n    source: n", "  [1, 2]:\n    source: n", "10 local：字段名是一组值"),
    ],
)
def test_a_mistake_is_named_by_line_and_field(problems, old, new, said):
    assert [line for line in problems(old, new) if line.startswith(said)], problems(old, new)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1 全文：文件是空的"),
        ("# nothing\n", "1 全文：文件是空的"),
        ("version: '1'\n", "1 全文：没有任何一年"),
        ("- 2026\n", "1 全文："),
        ("日历\n", "1 全文：日历 不是“字段: 值”，应为下列之一：version"),
        ("a: 1\n---\nb: 2\n", "2 全文：YAML 写法有误"),
        ("a: 1\nb: \xff".encode("latin-1"), "2 全文：不是 UTF-8"),
        ("a: " + "[" * 2000, "1 全文：YAML 写法有误（层次超过 40 层）"),
        ("#" * (LARGEST + 1), "1 全文：文件太大"),
        ("a: " + "9" * 5000, "1 a：999"),
    ],
)
def test_a_file_that_is_no_calendar_is_named(problems, text, said):
    assert problems(None, text)[0].startswith(said)


def test_every_mistake_is_named_not_only_the_first(problems):
    found = problems("{name: 清明节,", "{nome: 清明节, size: 2,")
    assert [line.split("：")[0] for line in found] == [
        "7 national.2026.holidays[1].name",
        "7 national.2026.holidays[1].nome",
        "7 national.2026.holidays[1].size",
    ]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BrokenFile, match="打不开"):
        read_calendar(tmp_path / "none.yaml")


def test_a_file_may_bring_one_local_year_alone(tmp_path):
    file = tmp_path / "calendar.yaml"
    file.write_text("local:\n  2027: {source: 通知, work: [2027-10-01]}\n")
    assert isinstance(read_calendar(file), CalendarFile)
