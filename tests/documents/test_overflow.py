"""Long names, long addresses, forty materials, three pages: nothing is cut off, nothing lies on something else."""

import html
import re

import pytest

from app.documents import samples
from app.documents.kinds import BIG, KINDS, NORMAL
from app.documents.samples import GIVEN
from tests.documents.conftest import run

NAME = "阿依古丽·吐尔逊尼亚孜·买买提明·阿卜杜热合曼·玉素甫江"
MORE = "（贵州省黔南布依族苗族自治州都匀市文峰街道办事处示例一社区示例花园三期十二栋二单元三十五层三千五百零一号东侧临街门面）"
MATERIALS = 40
LISTED = ("intake_receipt", "forwarding_slip", "withdrawal_request", "archive_list", "material_return_list")
NAMELESS = ("handover_sheet", "closeout_record", "supervision_order", "whistle_slip", "rectification_notice", "mediation_agreement",
            "event_closure")  # they name offices, parties, or nobody  # fmt: skip
EDGE = 10  # points that no printer reaches; a word's box is a fifth higher than its ink


@pytest.fixture
def forty(monkeypatch):
    rows = [samples._paper(n, f"第{n}号材料：申请人及其共同生活家庭成员收入财产状况核查授权书（含附表）", pages=3) for n in range(1, MATERIALS + 1)]
    monkeypatch.setattr(samples, "PAPERS", rows)


def longer(said):
    """What a step says, each text of more than five Chinese characters with an address behind it."""
    if isinstance(said, dict):
        return {key: longer(value) for key, value in said.items()}
    if isinstance(said, list):
        return [longer(value) for value in said]
    return said + MORE if isinstance(said, str) and len(re.findall("[\u4e00-\u9fff]", said)) > 5 and "号" not in said[-1:] else said


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_document_is_whole(printed, forty, kind):
    long = longer({key: value for key, value in GIVEN.get(kind, {}).items() if key not in ("procedure", "run")})
    for variant in (one for one in (NORMAL, BIG) if one in KINDS[kind].variants):
        path = printed(kind, variant=variant, name=NAME, **long)
        assert not list(collisions(path)), variant
        said = "".join(run("pdftotext", "-raw", path, "-").split())
        assert NAME in said or kind in NAMELESS
        if kind in LISTED:
            assert not [n for n in range(1, MATERIALS + 1) if f"第{n}号材料" not in said]
        assert path.stat().st_size <= 400_000


@pytest.mark.parametrize("count", range(1, 13))
def test_a_receipt_of_any_length_keeps_to_its_half(printed, monkeypatch, count):
    for name in ("本人身份证复印件", "申请人及其共同生活家庭成员收入财产状况核查授权书"):
        monkeypatch.setattr(samples, "PAPERS", [samples._paper(n, name) for n in range(1, count + 1)])
        for kind in ("intake_receipt", "material_return_list"):
            assert not list(collisions(printed(kind, ticket="B001", name=NAME[: 3 * count])))


def words(path):
    """Of each page its size and its words with their boxes: (page, width, height, [(x0, y0, x1, y1, word)])."""
    told = run("pdftotext", "-bbox", path, "-")
    for number, (width, height, body) in enumerate(re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', told, re.S), 1):
        found = re.findall(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>', body)
        yield number, float(width), float(height), [(*map(float, one[:4]), html.unescape(one[4])) for one in found]


def collisions(path):
    """Words that a printer would cut off, and pairs of words that lie on one another."""
    for number, width, height, all_of in words(path):
        for x0, y0, x1, y1, word in all_of:
            ink = (y1 - y0) / 5
            if x0 < EDGE or x1 > width - EDGE or y0 + ink < EDGE or y1 - ink > height - EDGE:
                yield f"page {number}: “{word}” leaves the paper"
        for at, one in enumerate(all_of):
            for other in all_of[at + 1 :]:
                across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
                if across > 1 and down > 0.45 * min(one[3] - one[1], other[3] - other[1]):
                    yield f"page {number}: “{one[4]}” on “{other[4]}”"
