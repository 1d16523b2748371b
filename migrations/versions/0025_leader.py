"""Which of several control processes leads, and under which term; on PostgreSQL, commits are told to who waits."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

CHANNEL = "slipway_changed"
TOLD = {
    "route_version": "INSERT OR UPDATE",
    "clock": "INSERT OR UPDATE",
    "visit_session": "UPDATE OR DELETE",
    "signing_key": "INSERT OR UPDATE",
}
"""What gateway workers keep in memory, and which changes of it they must hear of."""


def upgrade() -> None:
    op.create_table(
        "leader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION slipway_tell() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN PERFORM pg_notify('{CHANNEL}', ''); RETURN NULL; END$$"
        )
        for table, verbs in TOLD.items():
            op.execute(
                f"CREATE TRIGGER {table}_told AFTER {verbs} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION slipway_tell()"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TOLD:
            op.execute(f"DROP TRIGGER {table}_told ON {table}")
        op.execute("DROP FUNCTION slipway_tell()")
    op.drop_table("leader")
