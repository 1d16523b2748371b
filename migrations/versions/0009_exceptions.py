"""Which apps are excepted from which rules, for how long, and who answers for it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "policy_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("workspace", "subject", "rule", "owner", "reason")),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("subject", "until"):
        op.create_index(op.f(f"ix_policy_exception_{name}"), "policy_exception", [name], unique=False)


def downgrade() -> None:
    raise NotImplementedError("what was excepted cannot be judged anew by going back")
