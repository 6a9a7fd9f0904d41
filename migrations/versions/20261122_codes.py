"""The code tables' first rows: kinds of unit, types of cell, ratings."""

from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import insert

revision = "codes"
down_revision = "row_scope"
branch_labels = None
depends_on = None

# New names of the charter rules of 26/7/2026 (208-QĐ/TW, in pilot).
NEW_NAMES = date(2026, 7, 26)

KINDS = (
    ("PROVINCE", "Tỉnh ủy, Thành ủy", "Provincial committee", 1, False, None),
    ("UPPER", "Đảng bộ cấp trên trực tiếp", "Upper committee", 2, False, None),
    ("GRASSROOTS_PC", "Đảng bộ cơ sở", "Grassroots committee", 3, False, None),
    ("SECTION_PC", "Đảng bộ bộ phận", "Sectional committee", 4, False, None),
    ("BASE_CELL", "Chi bộ cơ sở", "Base cell", 3, True, None),
    ("SUB_CELL", "Chi bộ trực thuộc", "Sub-cell", 5, True, None),
    ("GROUP", "Tổ đảng", "Party group", 6, False, None),
    (
        "AFFILIATED_PC",
        "Đảng bộ trực thuộc cơ sở",
        "Committee under a grassroots one",
        4,
        False,
        NEW_NAMES,
    ),
    ("CELL", "Chi bộ", "Cell", 5, True, NEW_NAMES),
)
CELL_TYPES = (
    ("RESIDENTIAL", "Thôn, tổ dân phố", "Village or street group"),
    ("PUBLIC_OFFICE", "Cơ quan hành chính, sự nghiệp", "Public office"),
    ("STATE_ENTERPRISE", "Doanh nghiệp nhà nước", "State enterprise"),
    ("PRIVATE_ENTERPRISE", "Doanh nghiệp tư nhân, FDI", "Private or foreign enterprise"),
    ("STUDENT", "Học sinh, sinh viên", "Pupils and students"),
    ("ARMED_FORCES", "Lực lượng vũ trang", "Armed forces"),
)
LAYERS = ("self", "verified", "official")
RATINGS = (
    ("TOT", "Tốt", "Good", "T", 4),
    ("KHA", "Khá", "Fair", "K", 3),
    ("TRUNG_BINH", "Trung bình", "Average", "TB", 2),
    ("KEM", "Kém", "Poor", "Km", 1),
)


def _insert(name: str, columns: tuple[str, ...], rows: tuple[tuple[object, ...], ...]) -> None:
    table = sa.table(name, *(sa.column(column) for column in columns))
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    op.execute(insert(table).values(values).on_conflict_do_nothing())


def upgrade() -> None:
    """Fill the code tables."""
    named = ("code", "name", "name_en")
    _insert("unit_kind", (*named, "level", "is_cell", "valid_from"), KINDS)
    _insert("cell_type", named, CELL_TYPES)
    _insert("rating", (*named, "letter", "rank"), RATINGS)


def downgrade() -> None:
    """Take the codes away that no row uses: on a database with data the others stay."""
    used = {
        "rating": (
            "rating_band.rating_code",
            *(f"evaluation.{layer}_rating_code" for layer in LAYERS),
        ),
        "cell_type": ("unit.cell_type_code",),
        "unit_kind": ("unit.kind_code", "unit_version.kind_code"),
    }
    for table, places in used.items():
        free = " AND ".join(
            f"NOT EXISTS (SELECT 1 FROM {place.split('.')[0]} WHERE {place} = {table}.code)"
            for place in places
        )
        op.execute(sa.text(f"DELETE FROM {table} WHERE {free}"))
