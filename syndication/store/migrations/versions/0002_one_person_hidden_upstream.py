"""who is the same person, and what our accounts hide upstream"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("check_at", sa.DateTime(), nullable=True),
        sa.Column("checks", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["authors.id"],
            name=op.f("fk_identities_first_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["authors.id"],
            name=op.f("fk_identities_second_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_identities")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identities_second_id"), ["second_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_identities_check_at"), ["check_at"], unique=False)
    op.create_table(
        "hidings",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("hide", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_hidings_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "account", name=op.f("pk_hidings")),
    )
    with op.batch_alter_table("hidings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hidings_account_due_at"), ["account", "due_at"], unique=False
        )
