"""When a signing key ends, and when the operators were last told so; older keys end a year after they began."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for name in ("ends_at", "warned_at"):
        op.add_column("signing_key", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE signing_key SET ends_at = created_at + 31536000")


def downgrade() -> None:
    raise NotImplementedError("a key that ends cannot be made to last for ever by going back")
