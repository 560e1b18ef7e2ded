"""Each kind as it leaves the printer: what stands on it, what it weighs, whether machines can read it."""

import re
import unicodedata
from collections import Counter

import pytest

from app.documents import samples, wording
from app.documents.facts import BUILDERS
from app.documents.glyphs import printable, refuse_what_cannot_be_printed, settled
from app.documents.kinds import BIG, KINDS, SLIP
from app.documents.sheets import _shelf
from app.refusals import Incomplete
from tests.documents.conftest import BASE, run

RARE = "㛃𠅤𠮷䶮"
NOWHERE = "\U0002ebf1"  # extension I: no font here has it
STATUS = f"{BASE}/status/{samples.STATUS.replace('-', '')}"
VERIFY = f"{BASE}/verify/{samples.VERIFY.replace('-', '')}"
# what domain 3.2 asks of each kind beyond the frame, in the words of the samples
MUST_SAY = {
    "intake_receipt": ["高龄津贴申请表", "不代表已经受理", "2026年11月30日（周一）", "第一联", "第二联", "收件", "流转", "办理", "反馈", "9f3c27ab", "到窗口领取"],
    "supplement_receipt": ["本人社会保障卡", "居民户口簿", "还需补交"],
    "acceptance_notice": ["自2026年11月23日起受理", "15个工作日", "2026年12月14日（周一）", "不收费", "社区公示", "受理专用章"],
    "correction_notice": ["全部内容一次性告知", "卡号影像不清", "2026年12月7日（周一）", "按撤回申请处理", "签收"],
    "refusal_notice": ["☑不属于本机关职权范围", "☐依法不需要取得许可", "独山县民政局", "六十日", "六个月"],
    "deferral_pledge": ["居民户口簿", "2026年12月4日（周五）", "真实", "承诺人"],
    "deferral_notice": ["容缺受理", "居民户口簿", "2026年12月4日（周五）", "撤销受理"],
    "forwarding_slip": ["墨冲镇党务政务服务中心", "2026年11月30日（周一）", "第三联"],
    "handover_sheet": ["WF-012", "0008731", "交件人", "流转员", "接件人", "2个办件、4件材料、7页"],
    "special_procedure_notice": ["社区公示", "5个工作日", "不计入", "2026年12月21日（周一）"],
    "extension_notice": ["2026年12月14日（周一）", "2026年12月28日（周一）", "延长10个工作日", "陈示例"],
    "payment_notice": ["432.00元", "城市道路占用费"],
    "completion_notice": ["都匀民政告〔2026〕41号", "统一出件窗口", "身份证件", "2026年12月21日（周一）"],
    "service_return": ["☑直接送达", "留置送达", "拒收事由", "见证人", "送达人"],
    "withdrawal_request": ["户籍已迁往独山县", "申请人"],
    "termination_notice": ["视为撤回申请", "材料退还清单"],
    "revocation_notice": ["撤销受理", "理由", "居民户口簿"],
    "material_return_list": ["高龄津贴申请表", "领回人签名"],
    "return_to_window": ["件数不符", "退回不停止计时", "周示例"],
    "power_of_attorney": ["李示例", "代为签收", "2027年11月22日", "委托人", "受托人", "第一百六十五条"],
    "privacy_notice": ["个人信息保护法", "都匀市民政局", "处理目的", "保存期限", "查阅、复制、更正", "不需要取得同意"],
    "supervision_order": ["都匀市民政局", "三个工作日内办结", "2026年12月17日（周四）", "吴示例", "办理情况"],
    "whistle_slip": ["综合行政执法局", "消防通道", "应哨", "2026年11月24日（周二）", "协同单位"],
    "rectification_notice": ["不满意", "十五个工作日", "回访", "2026年12月14日（周一）"],
    "closeout_record": ["综合窗口1", "第2次清点", "图纸留在复印室", "42号", "待领取", "李示例", "陈示例", "5f0c9a31b7d2"],
    "archive_list": ["送达回证", "都文峰送〔2026〕40号", "2026-民政-07"],
    "grant_decision": ["准予行政许可", "城市道路管理条例", "三日内恢复原状", "有效期至2026年12月20日"],
    "denial_decision": ["不予行政许可", "理由", "盲道", "行政复议", "行政诉讼"],
    "licence_decision": ["户外广告设置许可决定书", "斗篷山路"],
    "benefit_notice": ["每月50元", "2026年12月", "尾号1234", "三十日内告知"],
    "confirmation_notice": ["予以认定为就业困难人员", "长期失业"],
    "certificate_letter": [samples.ID, "王示例", "子女入学报名", "都匀市第三小学", "复印无效", "存根", "吴示例"],
    "certificate_card": [samples.ID, "老年优待证", "70周岁及以上", "长期"],
    "registration_receipt": ["失业登记凭证", "522701-SY-2026-000311", "合同终止"],
    "filing_receipt": ["匀住建备2026-14", "示例花园", "张示例（主任）"],
    "external_certificate": ["92522701MA00000000", "都匀市市场监督管理局", "营业执照"],
    "mediation_agreement": ["甲方", "乙方", "1,800元", "司法确认", "人民调解员"],
    "wish_feedback": ["助行器", "志愿服务队"],
    "event_closure": ["消防通道", "劝离违停车辆", "保密"],
    "joint_closure": ["小餐饮登记", "部分办成", "都匀综执不许〔2026〕2号"],
}  # fmt: skip


def test_every_kind_has_facts_a_template_a_sample_and_words():
    assert set(KINDS) == set(BUILDERS) == set(MUST_SAY)
    for row in KINDS.values():
        _shelf().get_template(row.template)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_says_what_the_law_asks_of_it(printed, text_of, kind):
    said = text_of(printed(kind))
    facts = samples.sample(kind)
    frame = [facts["number"], facts["title"]]
    if kind not in ("handover_sheet", "certificate_card"):
        frame.append(samples.CASE_NO)
    missing = [word for word in frame + MUST_SAY[kind] if word not in said]
    assert not missing, said


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_sound_small_and_brings_its_letters(printed, kind):
    path = printed(kind)
    assert path.stat().st_size <= 150_000
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)
    fonts = [line.split() for line in run("pdffonts", path).splitlines()[2:]]
    assert fonts and all(line[-5:-2] == ["yes", "yes", "yes"] and "+" in line[0] for line in fonts), fonts
    assert 'glyph="0"' not in run("mutool", "trace", path)
    pages = int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", path))[1])
    assert "facts.json" in run("pdfdetach", "-list", path)
    assert pages == (2 if kind == "mediation_agreement" else 1)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("certificate_card", "closeout_record")])
def test_machines_read_its_number_and_its_address(printed, tmp_path, kind):
    run("pdftoppm", "-r", "200", "-png", printed(kind), tmp_path / "page")
    read = "".join(run("zbarimg", "-q", picture) for picture in sorted(tmp_path.glob("*.png")))
    number = "JJ52270100226112300003" if kind == "handover_sheet" else samples.CASE_NO
    assert f"CODE-128:{number}" in read
    if KINDS[kind].result:
        assert f"QR-Code:{VERIFY}" in read
    elif KINDS[kind].resident:
        assert f"QR-Code:{STATUS}" in read


def test_a_certificate_leads_to_its_check(printed, tmp_path):
    run("pdftoppm", "-r", "200", "-png", printed("certificate_card"), tmp_path / "page")
    assert f"QR-Code:{VERIFY}" in run("zbarimg", "-q", next(tmp_path.glob("*.png")))


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if not row.full_id])
def test_only_a_certificate_shows_the_whole_number(printed, text_of, kind):
    assert samples.ID not in text_of(printed(kind))


def test_rare_characters_of_a_name_are_printed(printed, text_of):
    for kind in ("intake_receipt", "certificate_letter", "certificate_card"):
        path = printed(kind, name=f"张{RARE}")
        assert RARE in text_of(path)
        assert 'glyph="0"' not in run("mutool", "trace", path)


def test_the_fonts_are_asked_before_the_paper_is(printed):
    """What we say of a character and what the renderer does with it are the same, script by script."""
    asked = (
        [chr(point) for point in range(0x3400, 0x323B0, 977)] + list("㛃𠅤𠮷䶮𪚥𰻞éЖعक字体ᠠ༄☑①℃㎡±×〓︰")
        + [chr(point) for point in (0x2EBF1, 0x2B740, 0x2CEB0, 0x30000, 0x9FFF, 0x20D2, 0xE000, 0xF900)]
    )  # fmt: skip
    asked = [char for char in asked if unicodedata.category(char) != "Cs" and settled(char) == char]
    good, bad = [c for c in asked if printable(c)], [c for c in asked if not printable(c)]
    assert good and bad and NOWHERE in bad and not set("㛃𠅤𠮷䶮𪚥") & set(bad)
    assert 'glyph="0"' not in run("mutool", "trace", printed("withdrawal_request", reason="".join(good)))
    for char in bad[:: len(bad) // 8]:
        assert 'glyph="0"' in run("mutool", "trace", printed("withdrawal_request", reason=char)), char


def test_what_has_no_glyph_is_named_with_its_code_point():
    with pytest.raises(Incomplete, match=re.escape(f"“{NOWHERE}”（U+2EBF1）没有字形，不能打印")):
        refuse_what_cannot_be_printed({"rows": [["摊位", {"name": NOWHERE + "面"}]]})
    refuse_what_cannot_be_printed({"name": "㛃𠅤𠮷䶮 \u3000\n"})


def test_texts_are_composed_before_they_are_frozen():
    assert settled({"a": ["e\u0301\x07", 3, None]}) == {"a": ["é", 3, None]}


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.resident])
def test_what_a_resident_gets_is_there_in_large_print(printed, text_of, tmp_path, kind):
    path = printed(kind, variant=BIG)
    said = text_of(path)
    expected = set(MUST_SAY[kind]) - {"流转", "反馈"}  # the rail of the receipt is left out
    assert not [word for word in expected if not _is_said(word, said)], said
    body = {size: count for size, count in font_sizes(path).items() if size > 16.5}  # smaller: foot, bar code, law
    large = sum(count for size, count in body.items() if size >= 23.9)  # 18 pt
    assert large > 0.6 * sum(body.values()), body
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)


def _is_said(word: str, said: str) -> bool:
    """In one piece, or across the end of a page."""
    return word in said or any(word[:at] in said and word[at:] in said for at in range(1, len(word)))


def font_sizes(path) -> Counter:
    """How many characters are set in which size, in pixels of 3/4 pt, as mupdf draws them."""
    sizes = Counter()
    trace = run("mutool", "trace", path)
    for matrix, body in re.findall(r'<span [^>]*?trm="([^"]+)"[^>]*>(.*?)</span>', trace, re.S):
        sizes[round(float(matrix.split()[0]), 1)] += body.count("<g ")
    return sizes


def test_the_thermal_slip_is_one_strip_of_80_mm(printed, text_of, tmp_path):
    path = printed("intake_receipt", variant=SLIP)
    told = run("pdfinfo", path)
    assert "Pages:           1" in told and "226.77" in told  # 80 mm
    assert "高龄津贴申请表" in text_of(path) and samples.ID not in text_of(path)
    run("pdftoppm", "-r", "200", "-png", path, tmp_path / "page")
    read = "".join(run("zbarimg", "-q", picture) for picture in tmp_path.glob("*.png"))
    assert f"CODE-128:{samples.CASE_NO}" in read and f"QR-Code:{STATUS}" in read


def test_an_empty_box_would_be_noticed(printed):
    path = printed("intake_receipt", name=f"张{NOWHERE}")
    assert 'glyph="0"' in run("mutool", "trace", path)


@pytest.mark.parametrize(
    "name",
    ["<img src=file:///etc/passwd>", "<a rel=attachment href=file:///etc/passwd>x</a>", "http://127.0.0.1:9/x",
     "<link rel=stylesheet href=http://127.0.0.1:9/x>", "{{ 7*7 }}", "<script>1</script>", "url(file:///etc/passwd)"],
)  # fmt: skip
def test_a_name_stays_text(printed, text_of, name):
    path = printed("intake_receipt", name=name)
    assert "".join(name.split()) in text_of(path)
    assert "1 embedded files" in run("pdfdetach", "-list", path)  # the facts, and nothing that the name asked for
    assert "root:x:" not in run("qpdf", "--qdf", "--object-streams=disable", path, "-")


def test_a_long_list_gives_each_copy_a_sheet(printed, text_of):
    rows = [samples._paper(n, f"第{n}号材料，名称写得很长很长，一行放不下，需要折到下一行去") for n in range(1, 16)]
    before, samples.PAPERS[:] = list(samples.PAPERS), rows
    try:
        path = printed("intake_receipt", ticket="B001")
    finally:
        samples.PAPERS[:] = before
    assert "Pages:           2" in run("pdfinfo", path)
    assert text_of(path).count("第15号材料") == 2


@pytest.mark.parametrize(
    ("name", "title"),
    [("就业创业证/失业登记凭证", "失业登记凭证"), ("特困人员认定结果告知书/救助供养证", "特困人员认定结果告知书"),
     ("独生子女父母光荣证（补）", "独生子女父母光荣证"), ("老年优待证", "老年优待证"), ("", "证明")],
)  # fmt: skip
def test_a_result_is_called_by_its_name(name, title):
    assert wording.result_title(name, "证明") == title


def test_a_basis_is_printed_without_the_marks_of_the_catalogue():
    assert wording.basis("老年人权益保障法第33条[S]；地方标准[K，见本地]") == "老年人权益保障法第33条；地方标准"
