"""Which words are marks of state secrets, and which only look like it."""

import pytest

from app.core.errors import RuleBroken
from app.core.secrecy import guard, mark_in

MARKED = (
    *("TUYỆT MẬT", "tuyệt mật", "Tối  Mật", "công văn TỐI MẬT số 5", "MẬT", "Báo cáo (MẬT).docx"),
    *("Kèm theo:\nMẬT\nBản số 1", "[ MẬT ]", "Độ mật: A", "Độ mật: Mật", "TUYỆT\u200b MẬT"),
    "TUYE\u0323\u0302T MA\u0323\u0302T",
    *("05-BC_TUYỆT_MẬT.docx", "TUYỆT-MẬT", "TUYỆTMẬT", "TUYỆT\u00ad MẬT", "BC_TUYET_MAT.docx"),
    *("T U Y Ệ T  M Ậ T", "T Ố I M Ậ T", "Kèm theo:\nM Ậ T", "Báo cáo số 5 (Mật)", "[mật]"),
    *("Báo cáo 05-BC/ĐU - MẬT", "Kế hoạch số 12, MẬT, ngày 3/10", "ＴＵＹỆＴ ＭẬＴ"),
)
PLAIN = (
    *("bí mật nhà nước", "BẢO VỆ BÍ MẬT NHÀ NƯỚC: tốt", "BẢO MẬT", "mật khẩu", "Mật ong", "mật"),
    *(
        "BÍ MẬT",
        "BÍ-MẬT, AN TOÀN",
        "1. AN NINH, BẢO MẬT, PCCC",
        "MẬT ONG",
        "(mật khẩu)",
        "(bí mật)",
    ),
    *("A B C", "Chuyên đề: MẬT VỤ", "bài thơ Tôi Mất Em", "TOI MAT VI", "tối. Mật độ cao"),
    *("buổi tối mật độ xe cao", "quan hệ tuyệt mật thiết", "", "Nghị quyết 5-NQ/CB"),
)


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_is_found_however_it_is_written(text: str) -> None:
    assert mark_in(text)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_are_left_alone(text: str) -> None:
    assert mark_in(text) is None


def test_the_message_stands_beside_the_field(app) -> None:
    with app.test_request_context(), pytest.raises(RuleBroken, match="TUYỆT MẬT") as told:
        guard({"speakers": 3, "content": None, "agenda": "Công văn TUYỆT MẬT"})
    assert told.value.field == "agenda"
