"""The items of the sample city: found by the keys of a keyboard, and what follows from their lists."""

import pytest

from app.catalog import find
from app.catalog.pinyin import initials, spelled
from app.catalog.spec import ItemSpec
from app.catalog.stages import Stage, four_eyes, joint, requires, stages
from app.refusals import NotThere

SMALL = {
    "code": "XX-001", "name": "样例", "department": "a", "item_type": "licence", "kind": "committed",
    "promised_days": 5, "chain": ["a"], "applicant": "person", "result": {"name": "证", "template": "t"},
    "materials": [{"name": "申请表", "form": "original", "required": True, "deferrable": False}],
}  # fmt: skip


def spec(**changes):
    return ItemSpec.model_validate({**SMALL, **changes})


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gljt", "MZ-001"), ("GLJT", "MZ-001"), ("ｇｌｊｔ", "MZ-001"), ("高龄", "MZ-001"), ("gaoling", "MZ-001"),
        ("mz-001", "MZ-001"), ("mz001", "MZ-001"), ("gtgs", "SJ-001"), ("居住证明", "SQ-001"), ("jzz", "GA-001"),
        ("残疾人证", "CL-001"), ("生育 登记", "WJ-001"),
    ],
)  # fmt: skip
def test_an_item_is_found_as_people_type_it(inside, typed, first):
    assert find.search(typed)[0].code == first


def test_nothing_typed_lists_all_and_nonsense_nothing(inside):
    assert [item.code for item in find.search("")] == [item.code for item in find.items()]
    assert len(find.items()) == 30
    for nonsense in ("没有这样的事项", "%", "' or 1=1", "\x00"):
        assert find.search(nonsense) == []


def test_names_are_spelled_by_their_letters():
    assert (spelled("高龄津贴"), initials("高龄津贴")) == ("gaolingjintie", "gljt")
    assert initials("开小餐饮店“一件事”（12345）") == "kxcydyjs12345"


def test_an_item_is_read_in_its_version(inside):
    item = find.item("MZ-001")
    read = find.current_spec("MZ-001")
    assert read == find.spec_of(item.version_id)
    assert read.name == item.name == "高龄津贴申请"
    with pytest.raises(NotThere):
        find.item("ZZ-999")
    with pytest.raises(NotThere):
        find.spec_of(10**6)


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        (["a"], [Stage(("a",))]),
        (["a", "b"], [Stage(("a",)), Stage(("b",))]),
        ([{"all": ["a", "b"]}], [Stage(("a", "b"), "all")]),
        (["c", {"any": ["a", "b"]}, "d"], [Stage(("c",)), Stage(("a", "b"), "any"), Stage(("d",))]),
    ],
)
def test_each_entry_of_the_chain_is_a_stage(chain, expected):
    assert stages(spec(chain=chain)) == expected


def test_an_agent_and_a_guardian_bring_papers_of_their_own(inside):
    read = find.current_spec("MZ-001")
    own = len(read.materials)
    assert requires(read) == read.materials
    assert [paper.name for paper in requires(read, agent=True)[own:]] == ["授权委托书", "受托人居民身份证"]
    assert len(requires(read, guardian=True)) == own + 2
    assert len(requires(read, agent=True, guardian=True)) == own + 4


def test_committed_items_need_four_eyes_unless_the_list_says_no():
    assert four_eyes(spec())
    assert not four_eyes(spec(four_eyes=False))
    assert not four_eyes(spec(kind="instant", promised_days=0))
    assert four_eyes(spec(kind="instant", promised_days=0, four_eyes=True))


def test_only_the_item_with_components_is_joint(inside):
    joints = [item.code for item in find.items() if joint(find.spec_of(item.version_id))]
    assert joints == ["LB-001"]
    parts = find.current_spec("LB-001").components
    assert [(part.code, part.after, part.optional) for part in parts] == [
        ("SJ-001", None, False), ("SJ-002", "SJ-001", False), ("CG-002", None, True),
    ]  # fmt: skip


def test_what_an_item_leaves_out_comes_from_the_defaults(inside):
    read = find.current_spec("MZ-001")
    assert (read.time_unit, read.desk_authority, read.proxy, read.visits, read.fee) == (
        "working_day", "accept", True, 1, 0,
    )  # fmt: skip
    assert find.current_spec("GA-001").time_unit == "calendar_day"
    assert find.current_spec("SQ-001").desk_authority == "decide"
