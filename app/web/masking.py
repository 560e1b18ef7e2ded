"""What of a name, a number or an account a page may show to somebody who does not need all of it.

Every function takes text (or nothing) and answers text; nothing at all answers an empty string. Something too
short to have a middle is hidden whole, so that a mask never shows more of a short value than of a long one.
"""

STAR = "*"
ERASED_NAME = "（已按期删除）"  # stands for a person whose data the desk no longer keeps

_TWO_BY_TWO = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙"
    "钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里"
    "呼延东郭南门羊舌微生梁丘左丘东门西门南荣第五"
)
COMPOUND_SURNAMES = frozenset(_TWO_BY_TWO[at : at + 2] for at in range(0, len(_TWO_BY_TWO), 2))


def _keep(text: str, head: int, tail: int) -> str:
    """Keep `head` characters in front and `tail` behind, a star for each one between."""
    hidden = len(text) - head - tail
    if hidden < 1:
        return STAR * len(text)
    return text[:head] + STAR * hidden + text[len(text) - tail :]


def _bare(value: object) -> str:
    return "".join(str(value or "").split())


def mask_name(value: str | None) -> str:
    """张三 → 张*, 张小三 → 张**, 欧阳修文 → 欧阳**; a name of one character is hidden."""
    name = str(value or "").strip()
    if name == ERASED_NAME:
        return name
    if "·" in name:
        first, _, rest = name.partition("·")
        return first[:1] + STAR * (len(first) - 1) + "·" + STAR * len(rest)
    surname = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    if len(name) <= surname:
        return STAR * len(name)
    return name[:surname] + STAR * (len(name) - surname)


def mask_applicant(name: str | None, kind: str | None) -> str:
    """An organisation goes by its name in public; everybody else's is masked. `kind`: a case's `applicant_kind`."""
    return str(name or "") if kind == "organisation" else mask_name(name)


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
