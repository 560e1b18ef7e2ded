"""What may be seen of a name, a number, an account."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.masking import mask_account, mask_applicant, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"), ("张小三", "张**"), ("欧阳修文", "欧阳**"), ("欧阳锋", "欧阳*"), ("欧阳", "欧*"), ("张", "*"),
        ("", ""), (None, ""), ("买买提·吐尔逊", "买**·***"), ("阿·买·提", "阿·***"), (" 李 ", "*"), ("诸葛亮", "诸葛*"), ("𠮷田", "𠮷*"),
    ],
)  # fmt: skip
def test_a_name_shows_its_surname(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("organisation", "张三丰商贸有限公司"), ("person", "张********"), ("household", "张********"), ("anonymous", "张********"),
     ("", "张********"), (None, "张********")],
)  # fmt: skip
def test_only_an_organisation_goes_by_its_name(kind, shown):
    assert mask_applicant("张三丰商贸有限公司", kind) == shown
    assert mask_applicant(None, kind) == ""


@pytest.mark.parametrize(
    ("number", "shown"),
    [("529999199001010013", "529999********0013"), ("52999919900101001X", "529999********001X"),
     ("5299991990", "**********"), ("G1234567", "********"), ("", ""), (None, "")],
)  # fmt: skip
def test_an_id_number_shows_its_place_and_its_last_four(number, shown):
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800000000", "138****0000"), ("138 0000 0000", "138****0000"), ("0854-8221234", "********1234"), ("08548221234", "*******1234"), ("12345678", "****5678"),
     ("1234", "****"), ("", ""), (None, "")],
)  # fmt: skip
def test_a_telephone_shows_its_last_four(number, shown):
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("6222020000000000000", "***************0000"), ("12", "**"), ("1234", "****"), ("12345", "*2345"), (None, "")]
)
def test_an_account_shows_its_last_four(number, shown):
    assert mask_account(number) == shown


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Z", "C"), exclude_characters="*"), max_size=30))
def test_a_mask_keeps_the_length_and_never_shows_everything(text):
    for mask in (mask_id, mask_phone, mask_account):
        shown = mask(text)
        assert len(shown) == len(text)
        assert not text or "*" in shown
