"""What was sent to a model, beside its Request; accounts of one human; stand-ins of approvers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    # Another migration of the same time adds this column as well.
    if "receipt" not in {one["name"] for one in sa.inspect(op.get_bind()).get_columns("request")}:
        op.add_column("request", sa.Column("receipt", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("what was recorded cannot be forgotten by going back")
