"""Indexes that keep the list of prospects and its figures fast.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FIGURES = [
    *("project_id", "stage", "link_type", "chance", "overlap", "dr", "nofollow", "traffic", "set_aside_rule"),
]


def upgrade() -> None:
    op.create_index("ix_prospect_best", "prospect", ["project_id", "rank_value", "id"], unique=False)
    op.create_index("ix_prospect_figures", "prospect", FIGURES, unique=False)


def downgrade() -> None:
    op.drop_index("ix_prospect_figures", table_name="prospect")
    op.drop_index("ix_prospect_best", table_name="prospect")
