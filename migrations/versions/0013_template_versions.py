"""Released versions of templates, as this installation first saw them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "template_version",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seen_at", sa.Integer(), nullable=False),
        sa.Column("refused", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("ref"),
    )


def downgrade() -> None:
    op.drop_table("template_version")
