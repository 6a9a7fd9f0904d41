"""Invented names of people, and of units where no list of them is at hand."""

from collections.abc import Iterator
from random import Random

FAMILY = (
    *("Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng", "Phan"),
    *("Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Trịnh", "Thái", "Mai"),
    *("Hà", "Cao", "Lương", "Đoàn", "Tô", "Lưu", "Tạ", "Bạch", "Thân", "Kiều", "Quách", "Từ"),
)
MIDDLE_M = (
    *("Văn", "Văn", "Đức", "Hữu", "Quang", "Đình", "Công", "Bá", "Viết", "Mạnh", "Sỹ", "Khắc"),
    *("Nhật", "Gia", "Tuấn", "Hải"),
)
GIVEN_M = (
    *("An", "Bách", "Bình", "Cảnh", "Cường", "Đạt", "Đông", "Hiếu", "Hòa", "Hoàn", "Huân"),
    *("Khôi", "Kiên", "Lập", "Lộc", "Lợi", "Nghị", "Nhân", "Phú", "Quý", "Sáng", "Tấn", "Thạch"),
    *("Thao", "Thịnh", "Thuận", "Tín", "Tĩnh", "Toàn", "Trí", "Trường", "Tường", "Uy", "Ước"),
)
MIDDLE_F = (
    *("Thị", "Thị", "Thị", "Thị Thu", "Thị Thanh", "Thị Ngọc", "Thị Hồng", "Thị Bích"),
    *("Thị Kim", "Thị Minh", "Thu", "Thanh", "Khánh", "Thị Hoài", "Thị Mỹ", "Thị Diệu"),
)
GIVEN_F = (
    *("An", "Ánh", "Chi", "Cúc", "Diễm", "Dung", "Duyên", "Giang", "Hằng", "Hạnh", "Hiền"),
    *("Hoa", "Huệ", "Hương", "Huyền", "Lan", "Liên", "Loan", "Lý", "Mai", "Na", "Ngân", "Nhàn"),
    *("Nhung", "Oanh", "Phượng", "Quyên", "Sen", "Thảo", "Thủy", "Trang", "Tuyết", "Vân", "Xuân"),
)
PLACES = (
    *("An", "Bình", "Cẩm", "Đồng", "Đức", "Gia", "Hà", "Hải", "Hòa", "Hương", "Khánh", "Kim"),
    *("Lâm", "Lộc", "Long", "Minh", "Mỹ", "Nam", "Nghĩa", "Ngọc", "Phú", "Phúc", "Quang", "Sơn"),
    *("Tân", "Tây", "Thạch", "Thái", "Thanh", "Thịnh", "Thuận", "Tiên", "Trung", "Vĩnh", "Xuân"),
)
OFFICES = (
    *("Văn phòng", "Tổ chức - Hành chính", "Kế hoạch - Tài chính", "Thanh tra - Pháp chế"),
    *("Chuyên môn 1", "Chuyên môn 2", "Chuyên môn 3", "Nghiệp vụ 1", "Nghiệp vụ 2"),
)
SCHOOLS = ("Mầm non", "Tiểu học", "Trung học cơ sở", "Trung học phổ thông")


def person(rng: Random) -> str:
    """A name in Vietnamese order: family, middle, given."""
    if rng.random() < 0.55:
        return f"{rng.choice(FAMILY)} {rng.choice(MIDDLE_M)} {rng.choice(GIVEN_M)}"
    return f"{rng.choice(FAMILY)} {rng.choice(MIDDLE_F)} {rng.choice(GIVEN_F)}"


def phone(number: int) -> str:
    """A telephone number that nobody has: no network uses 0100."""
    return f"0100 {number // 1000 % 1000:03} {number % 1000:03}"


def places(rng: Random) -> Iterator[str]:
    """Invented names of communes and wards, one after another, none twice."""
    pairs = [f"{one} {two}" for one in PLACES for two in PLACES if one != two]
    rng.shuffle(pairs)
    yield from pairs
    for number in range(1, 100):
        for pair in pairs:
            yield f"{pair} {number}"
