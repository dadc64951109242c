"""rankings and rerun reasons

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

import crm.db


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rerun_reason",
        sa.Column("project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("fired_at", crm.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", crm.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    with op.batch_alter_table("rerun_reason", schema=None) as batch_op:
        batch_op.create_index("ix_rerun_open", ["project_id", "closed_at"], unique=False)

    with op.batch_alter_table("content_idea", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Double(), nullable=False, server_default="0"))

    with op.batch_alter_table("keyword_position", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_index(batch_op.f("ix_keyword_position_import_id"), ["import_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_keyword_position_import", "import_file", ["import_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("keyword_position", schema=None) as batch_op:
        batch_op.drop_constraint("fk_keyword_position_import", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_keyword_position_import_id"))
        batch_op.drop_column("import_id")

    with op.batch_alter_table("content_idea", schema=None) as batch_op:
        batch_op.drop_column("priority")

    with op.batch_alter_table("rerun_reason", schema=None) as batch_op:
        batch_op.drop_index("ix_rerun_open")

    op.drop_table("rerun_reason")
