"""Alembic's door: runs inside the transaction that `gcrm.platform.database.migrate` has begun."""

from alembic import context

from gcrm.platform.database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
