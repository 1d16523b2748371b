"""The control database's history, applied in order by alembic."""
