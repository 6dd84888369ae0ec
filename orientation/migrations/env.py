"""Alembic environment of the agenda: runs on the connection `Database.migrate` gives."""

from alembic import context

from orientation.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
