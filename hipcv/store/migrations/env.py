"""The script Alembic runs for every upgrade, in the transaction of the given connection."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
