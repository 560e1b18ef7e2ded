"""What of a name, a number or an account a page may show to somebody who does not need all of it.

Every function takes text (or nothing) and answers text; nothing at all answers an empty string. Something too
short to have a middle is hidden whole, so that a mask never shows more of a short value than of a long one.
"""

STAR = "*"

COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 "
    "仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 "
    "段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 第五".split()
)


def _keep(text: str, head: int, tail: int) -> str:
    """Keep `head` characters in front and `tail` behind, a star for each one between."""
    hidden = len(text) - head - tail
    if hidden < 1:
        return STAR * len(text)
    return text[:head] + STAR * hidden + text[len(text) - tail:]


def _bare(value: object) -> str:
    return "".join(str(value or "").split())


def mask_name(value: str | None) -> str:
    """张三 → 张*, 张小三 → 张**, 欧阳修文 → 欧阳**; a name of one character is hidden."""
    name = str(value or "").strip()
    if "·" in name:
        first, _, rest = name.partition("·")
        return first[:1] + STAR * (len(first) - 1) + "·" + STAR * len(rest)
    surname = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    if len(name) <= surname:
        return STAR * len(name)
    return name[:surname] + STAR * (len(name) - surname)


def mask_id(value: str | None) -> str:
    """529999199001010013 → 529999********0013: the first six (the place) and the last four."""
    return _keep(_bare(value), 6, 4)


def mask_phone(value: str | None) -> str:
    """13800000000 → 138****0000; a landline 0854-8221234 keeps the last four only."""
    digits = _bare(value)
    return _keep(digits, 3 if digits.startswith("1") and len(digits) == 11 else 0, 4)


def mask_account(value: str | None) -> str:
    """6222021234567890123 → ***************0123: the last four."""
    return _keep(_bare(value), 0, 4)
