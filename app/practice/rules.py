"""What a practice cell is like: its invented people, its first meeting, how long it stays open."""

from datetime import date, datetime, time, timedelta

from app.people.rules import ActivityState, Position, Standing

DAYS = 30
"""So long an account may come back to its practice cell."""
MOST_A_DAY = 20
"""Nobody needs to start over more often; each start writes some sixty rows."""

COMMITTEE = "Đảng bộ tập làm (số liệu không tính)"
CELL = "Chi bộ tập làm (số liệu không tính)"
COMMITTEE_SHORT, CELL_SHORT = "Đảng bộ tập làm", "Chi bộ tập làm"
PLACE = "Nhà văn hóa tập làm"

ROLL = (
    ("Nguyễn Văn Mẫu", Standing.OFFICIAL, Position.SECRETARY, None),
    ("Trần Thị Tập", Standing.OFFICIAL, Position.DEPUTY_SECRETARY, None),
    ("Lê Văn Thử", Standing.OFFICIAL, Position.COMMITTEE_MEMBER, None),
    ("Phạm Thị Ví", Standing.OFFICIAL, Position.MEMBER, None),
    ("Hoàng Văn Dụ", Standing.OFFICIAL, Position.MEMBER, None),
    ("Vũ Thị Nháp", Standing.OFFICIAL, Position.MEMBER, None),
    ("Đặng Văn Giả", Standing.OFFICIAL, Position.MEMBER, None),
    ("Bùi Thị Nhẩm", Standing.OFFICIAL, Position.MEMBER, None),
    ("Đỗ Văn Luyện", Standing.OFFICIAL, Position.MEMBER, None),
    ("Hồ Thị Quen", Standing.PROBATIONARY, Position.MEMBER, None),
    ("Ngô Văn Nghỉ", Standing.OFFICIAL, Position.MEMBER, ActivityState.EXEMPT),
    ("Dương Thị Xa", Standing.OFFICIAL, Position.MEMBER, ActivityState.TEMP_OUT),
)
"""Name, standing, position, and for two of the twelve why they are not due to attend."""


def first_meeting(today: date) -> datetime:
    """When the meeting was held that waits for its result: yesterday evening."""
    return datetime.combine(today - timedelta(days=1), time(19, 30))
