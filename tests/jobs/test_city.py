"""The city's files: loaded once, twice, changed, and broken in every way we could think of."""

import shutil
from pathlib import Path

import pytest

from app.calendar.yamlfile import BrokenFile
from app.catalog import find as items
from app.catalog.models import ItemVersion, ServiceItem
from app.extensions import db, one_transaction
from app.jobs import city
from app.jobs.migrate import migrate
from app.people import find
from app.people.models import Office, User
from app.refusals import OutOfTurn

SAMPLE = Path(__file__).parents[2] / "data" / "duyun"


@pytest.fixture
def files(tmp_path):
    """A copy of the sample city to change: `files.swap("catalogue", old, new)`."""
    return Files(shutil.copytree(SAMPLE, tmp_path / "city"))


class Files:
    def __init__(self, folder):
        self.folder = folder

    def swap(self, name, old, new):
        """Change the first place where `old` stands; returns its line."""
        path = self.folder / f"{name}.yaml"
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}.yaml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return text[: text.index(old)].count("\n") + 1


def counted(app):
    return {
        model.__name__: db.session.scalar(db.select(db.func.count()).select_from(model))
        for model in (Office, ServiceItem, ItemVersion, User)
    }


def test_the_sample_city_loads_into_an_empty_database(empty_app):
    with empty_app.app_context():
        migrate()
        assert all(change.changed + change.new for change in city.load_city(SAMPLE, dry_run=True))
        assert counted(empty_app)["Office"] == 0  # a rehearsal leaves nothing
        assert city.load_if_empty(SAMPLE)
        assert not city.load_if_empty(SAMPLE)
        assert counted(empty_app) == {"Office": 49, "ServiceItem": 30, "ItemVersion": 30, "User": 0}


def test_loading_twice_changes_nothing(inside):
    before = counted(inside)
    assert not any(city.load_city(SAMPLE))
    assert counted(inside) == before


def test_a_changed_item_gets_a_new_version_and_the_old_one_stays(inside, files):
    old = items.item("MZ-001").version_id
    files.swap("catalogue", "promised_days: 15", "promised_days: 12")
    changes = {change.what: change for change in city.load_city(files.folder)}
    assert (changes["事项"].changed, changes["事项"].unchanged) == (1, 29)
    assert items.current_spec("MZ-001").promised_days == 12
    assert items.spec_of(old).promised_days == 15
    versions = db.session.scalars(db.select(ItemVersion).filter_by(item_code="MZ-001")).all()
    assert [row.version for row in versions] == [1, 2]


def test_an_item_no_longer_listed_is_retired_and_can_come_back(inside, files):
    text = (files.folder / "catalogue.yaml").read_text("utf-8")
    begin, end = (
        text.index("- code: WG-001"),
        text.index("# ---------------------------------------------------------------- 联办"),
    )
    (files.folder / "catalogue.yaml").write_text(text[:begin] + text[end:], "utf-8")
    city.load_city(files.folder)
    assert len(items.items()) == 29 and not items.search("WG-001")
    city.load_city(SAMPLE)
    assert len(items.items()) == 30
    assert len(db.session.scalars(db.select(ItemVersion).filter_by(item_code="WG-001")).all()) == 1


def test_what_is_remembered_is_forgotten_when_the_city_changes(inside, files):
    assert find.office("wf-01").name == "文峰街道党群服务中心"
    files.swap("organisation", "name: 文峰街道党群服务中心", "name: 文峰街道新党群服务中心")
    city.load_city(files.folder, dry_run=True)
    assert find.office("wf-01").name == "文峰街道党群服务中心"
    city.load_city(files.folder)
    assert find.office("wf-01").name == "文峰街道新党群服务中心"


STATION = "- {id: gh-s01, name: 广惠街道示例三社区党群服务站, street: guanghui,    level: community, parent: gh-01,  sample: true, services: [consult, receive, assist, collect]}\n"  # noqa: E501


def test_an_office_with_people_in_it_cannot_vanish(inside, files):
    files.swap("organisation", STATION, "")
    files.swap("catalogue", "promised_days: 15", "promised_days: 12")
    with pytest.raises(OutOfTurn, match="不能撤销 gh-s01 .*还有在岗人员"):
        city.load_city(files.folder)
    assert not find.office("gh-s01").closed
    assert items.current_spec("MZ-001").promised_days == 15  # nothing else either


def test_an_empty_office_is_closed_and_its_name_stays(inside, files):
    with one_transaction():
        db.session.execute(db.delete(User).where(User.office_id == "gh-s01"))
    files.swap("organisation", STATION, "")
    city.load_city(files.folder)
    assert find.office("gh-s01").closed and find.office("gh-s01").name.startswith("广惠街道")
    assert "gh-s01" not in {place.id for place in find.receiving_offices()}
    city.load_city(SAMPLE)
    assert not find.office("gh-s01").closed


# file, what to replace, with what, the field that is named, a word of what would be right, lines further down
BROKEN = [
    ("organisation", "id: guanghui,    name", "id: Guanghui,    name", "streets[0].id", "小写字母", 0),
    ("organisation", 'code: "522701001"', 'code: "52270100"', "streets[0].code", "9 位", 0),
    ("organisation", 'code: "522701001"', "code: 522701001", "streets[0].code", "应为文字", 0),
    ("organisation", 'code: "522701002"', 'code: "522701001"', "streets[1].code", "重复", 0),
    ("organisation", 'code: "522701001"', 'code: "520101001"', "streets[0].code", "应为以 522701 开头", 0),
    ("organisation", "street: wenfeng\n", "street: wenfen\n", "centres[1].street", "guanghui、wenfeng", 0),
    ("organisation", "parent: wf-s01", "parent: wf-s09", "stations[2].parent", "centres 或 stations", 0),
    ("organisation", "parent: wf-s01", "parent: gh-s01", "stations[2].parent", "同一街道", 0),
    ("organisation", "parent: wf-s01", "parent: wf-p01", "stations[2].parent", "成环", 0),
    ("organisation", "kind: general}", "kind: generel}", "centres[0].counters[0].kind", "general", 0),
    ("organisation", "wf-01-02", "wf-01-01", "centres[1].counters[1].id", "窗口编号", 0),
    ("organisation", "id: health,    ", "id: housing,   ", "departments[5].id", "重复", 2),
    ("organisation", "item_prefix: RS", "item_prefix: MZ", "departments[1].item_prefix", "重复", 0),
    ("organisation", "can: [ticket, consult]", "can: [ticket, consul]", "roles[0].can[1]", "consult", 0),
    ("organisation", "id: guide, ", "id: guard, ", "roles[0].id", "guide", 0),
    ("organisation", "wenfeng: 都文峰\n", "wenfeng: 都广惠\n", "document_codes.wenfeng", "重复", 0),
    ("organisation", "  wenfeng: 都文峰\n", "", "document_codes", "缺少街道 wenfeng", -2),
    ("organisation", "id: wf-s02", "id: wf-t01", "stations[1].id", "代字", 0),
    ("organisation", 'runs: ["10:30", "15:30"]', 'runs: ["25:30"]', "transfer_routes[0].runs[0]", "时刻", 0),
    ("organisation", "from: wf-01", "from: wf-09", "transfer_routes[0].from", "中心、站或部门", 0),
    ("organisation", "duty: political_legal", "duty: politics", "governance_windows[0].duty", "departments", 0),
    ("organisation", "hours: {", "hour: {", "hour", "不认识的字段", 0),
    ("organisation", "can: [handover]", "can: handover", "roles[3].can", "列表", 0),
    ("catalogue", "- code: MZ-002", "- code: MZ-001", "items[1].code", "重复", 0),
    ("catalogue", "- code: MZ-002", "- code: MZ2", "items[1].code", "MZ-001", 0),
    ("catalogue", "  department: civil_affairs", "  department: civil", "items[0].department", "departments", 0),
    ("catalogue", "  kind: committed", "  kind: comitted", "items[0].kind", "committed", 0),
    ("catalogue", "  promised_days: 15", "  promised_days: fifteen", "items[0].promised_days", "整数", 0),
    ("catalogue", "  promised_days: 15", "  promised_days: 0", "items[0].promised_days", "大于 0", 0),
    ("catalogue", "  promised_days: 15\n", "", "items[0].promised_days", "必填", -8),
    ("catalogue", "  promised_days: 25", "  promised_days: 31", "items[1].promised_days", "不超过 30", 0),
    ("catalogue", "  promised_days: 0", "  promised_days: 1", "items[5].promised_days", "应为 0", 0),
    ("catalogue", "chain: [community,", "chain: [comunity,", "items[0].chain[0]", "departments", 0),
    ("catalogue", "chain: [community,", "chain: [civil_affairs,", "items[0].chain[2]", "重复", 0),
    ("catalogue", "chain: [community,", "chain: [{all: [community]},", "items[0].chain[0].all", "至少 2 项", 0),
    ("catalogue", "name: 社区公示, days: 5", "name: 社区公示, days: 0", "items[0].special[0].days", "不小于 1", 0),
    ("catalogue", "form: original, copies: 1", "form: orignal, copies: 1", "shared_materials.agent[0].form", "copy", 0),
    ("catalogue", "required: true, deferrable: false},", "required: yes please, deferrable: false},",
     "shared_materials.agent[0].required", "true 或 false", 0),
    ("catalogue", "name: 居民户口簿", "name: 居民身份证", "items[0].materials[2].name", "材料名称", 0),
    ("catalogue", "name: 高龄津贴申请表, form: original", "name: 高龄津贴申请表, verify_original: true, form: original",
     "items[0].materials[0].verify_original", "核原件", 0),
    ("catalogue", "key: low_income", "key: age_band", "items[0].fields[1].key", "重复", 0),
    ("catalogue", "type: bank", "type: banc", "items[0].fields[3].type", "bank", 0),
    ("catalogue", "required: true, options: [80-89周岁, 90-99周岁, 100周岁及以上]", "required: true",
     "items[0].fields[0].options", "至少一个选项", 0),
    ("catalogue", "label: 发放账户, type: bank, required: true", "label: 发放账户, type: bank, required: true, options: [甲, 乙]",
     "items[0].fields[3].options", "删去", 0),
    ("catalogue", "template: benefit_notice", "template: benefit_note", "items[0].result.template", "benefit_notice", 0),
    ("catalogue", "uncertain: [promised_days]", "uncertain: [promise_days]", "items[0].uncertain[0]", "promised_days", 0),
    ("catalogue", "{code: SJ-001, mode: parallel}", "{code: SJ-009, mode: parallel}",
     "items[29].components[0].code", "另一事项", 0),
    ("catalogue", '"after:SJ-001"', '"after:GA-001"', "items[29].components[1].mode", "另一子事项", 0),
    ("catalogue", "{code: SJ-001, mode: parallel}", '{code: SJ-001, mode: "after:SJ-002"}',
     "items[29].components[0].mode", "成环", 0),
    ("catalogue", '"after:SJ-001"', "afterwards", "items[29].components[1].mode", "parallel", 0),
    ("catalogue", 'city_code: "522701"', 'city_code: "520102"', "city_code", "522701", 0),
    ("catalogue", "  note: 金额", "  nota: 金额", "items[0].nota", "不认识的字段", 0),
    ("catalogue", "  name_en: Old-age", "  name: 再一次\n  name_en: Old-age", "items[0].name", "重复", 0),
    ("catalogue", "  chain: [community, sub", "  chain: [community, [sub", "全文", "YAML", 1),
    ("calendar", "from: 2026-01-01", "from: 2026-13-01", "national.2026.holidays[0].from", "日期", 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "field", "remedy", "further"), BROKEN)
def test_a_broken_file_is_named_with_line_field_and_remedy(files, name, old, new, field, remedy, further):
    line = files.swap(name, old, new)
    with pytest.raises(BrokenFile) as broken:
        city.read_city(files.folder)
    said = broken.value.problems
    assert any(f"{name}.yaml:{line + further} {field}：" in one and remedy in one for one in said), said


def test_nothing_is_loaded_when_anything_is_wrong(empty_app, files):
    files.swap("calendar", "from: 2026-01-01", "from: 2026-13-01")
    run = empty_app.test_cli_runner().invoke
    with empty_app.app_context():
        migrate()
    answer = run(args=["city", "load", str(files.folder)])
    assert answer.exit_code == 1
    assert "calendar.yaml:" in answer.output and "没有载入任何内容" in answer.output
    with empty_app.app_context():
        assert counted(empty_app)["Office"] == 0
    shutil.rmtree(files.folder)
    shutil.copytree(SAMPLE, files.folder)
    first = run(args=["city", "load", str(files.folder)])
    assert first.exit_code == 0 and "新增 30" in first.output
    again = run(args=["city", "load", str(files.folder)])
    assert again.exit_code == 0 and "没有变化" in again.output
    assert run(args=["city", "load", "/no/such/folder"]).exit_code == 2


def test_all_problems_of_all_files_are_told_at_once(files):
    files.swap("organisation", "kind: general}", "kind: generel}")
    files.swap("catalogue", "  kind: committed", "  kind: comitted")
    files.swap("calendar", "from: 2026-01-01", "from: 2026-13-01")
    with pytest.raises(BrokenFile) as broken:
        city.read_city(files.folder)
    assert {Path(one.split(":")[0]).name for one in broken.value.problems} == set(city.FILES)


def test_a_centre_with_days_of_its_own_must_be_there(inside, files):
    path = files.folder / "calendar.yaml"
    own = "centres:\n  {}:\n    2026: {{source: 中心通知, holidays: [{{name: 停电检修, from: 2026-12-03, to: 2026-12-03}}]}}\n"
    text = path.read_text("utf-8")
    path.write_text(text + own.format("wf-09"), "utf-8")
    with pytest.raises(BrokenFile, match=r"centres\.wf-09：没有这个中心"):
        city.load_city(files.folder)
    path.write_text(text + own.format("wf-01"), "utf-8")
    changes = {change.what: change for change in city.load_city(files.folder)}
    assert changes["日历"].changed == 1


def test_a_catalogue_is_checked_without_a_database(empty_app, files):
    run = empty_app.test_cli_runner().invoke
    path = str(files.folder / "catalogue.yaml")
    assert run(args=["catalogue", "check", path]).exit_code == 0
    files.swap("catalogue", "chain: [community,", "chain: [comunity,")
    assert run(args=["catalogue", "check", path]).exit_code == 1
    (files.folder / "organisation.yaml").unlink()
    assert run(args=["catalogue", "check", path]).exit_code == 0  # nothing to check the names against
