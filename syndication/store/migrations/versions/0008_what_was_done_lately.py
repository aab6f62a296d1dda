"""what senders did is counted apart from what still stands"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tallies_kind_who_at", "tallies", ["kind", "who", "at"])
    op.create_index("ix_tallies_kind_at", "tallies", ["kind", "at"])
    op.execute(
        "INSERT INTO tallies (kind, who, at)"
        " SELECT 'comment', sender, at FROM comments WHERE sender IS NOT NULL"
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comments_sender"))
        batch_op.drop_column("sender")
