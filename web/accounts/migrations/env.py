"""Alembic environment of the accounts: runs on the connection `Database.migrate` gives."""

from alembic import context

from web.accounts.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
