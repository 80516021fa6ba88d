"""Alembic's environment: runs on the connection that store.migrate has prepared."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
