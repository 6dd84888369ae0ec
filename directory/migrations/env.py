"""Alembic environment of the register: runs on the connection `Database.migrate` gives."""

from alembic import context

from directory.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=False,
)
context.run_migrations()
