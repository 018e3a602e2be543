"""Connections to SQLite or Postgres, and upgrades of the tables."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.files import make_private
from hipcv.language import _

MIGRATIONS: Final = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S: Final = 30  # how long a writer waits for another
CONNECT_TIMEOUT_S: Final = 10
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "synchronous=FULL",
    "secure_delete=ON",  # overwrite deleted content
    "recursive_triggers=ON",  # REPLACE deletes, which must fire the triggers
)
_SCRUBBED: Final = (
    "patients", "visits", "clips", "analyses", "corrections", "notes", "reasons", "salts",
    "summaries", "side_summaries",
)  # fmt: skip
_UPGRADE_LOCK: Final = 6_836_115  # an arbitrary number that every upgrading process uses


def engine_of(url: str) -> sa.Engine:
    """Return an engine whose transactions behave alike on both databases.

    A connection with the execution option `writes` takes the write lock when its transaction
    begins, so that its reads cannot change before it writes.

    Raises:
        BadRequest: the address is of no database hipcv supports.
        EnvironmentFault: the database's library is not installed.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    if importlib.util.find_spec("psycopg") is None:
        raise EnvironmentFault(
            _(
                "Records in Postgres need a library that is not installed: pip install "
                '"hipcv[postgres]".'
            )
        )
    return sa.create_engine(
        address, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_TIMEOUT_S}
    )


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn failures of the database itself into EnvironmentFault; constraint errors pass."""
    try:
        yield
    except DBAPIError as error:
        if not (_is_database_failure(error) or error.connection_invalidated):
            raise
        reason = str(error.orig).strip().splitlines()[0]
        raise EnvironmentFault(
            _(
                "The records cannot be reached ({reason}). Check that the disk is not "
                "full and that the database runs, then try again."
            ).format(reason=reason)
        ) from error


def upgrade(engine: sa.Engine) -> None:
    """Upgrade the tables to the newest version in one transaction, one process at a time.

    Raises:
        EnvironmentFault: the database was made by a later hipcv, or cannot be reached.
    """
    config = settings()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with translate_errors():
        if version(engine) == newest:
            return
        with write(engine) as connection:
            _wait_for_other_upgrades(connection)
            _refuse_newer(connection)
            upgrade_to(connection, "head")


def settings() -> Config:
    """Return Alembic's settings."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def version(engine: sa.Engine) -> str | None:
    """Return the version of the tables; None for an empty database."""
    with engine.connect() as connection:
        return revision(connection)


def revisions() -> set[str]:
    """Return every version of the tables that this hipcv knows."""
    return {one.revision for one in ScriptDirectory.from_config(settings()).walk_revisions()}


def revision(connection: sa.Connection) -> str | None:
    """Return the version of the tables within a transaction; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade_to(connection: sa.Connection, newest: str) -> None:
    """Upgrade the tables to a version within a transaction."""
    config = settings()
    config.attributes["connection"] = connection
    command.upgrade(config, newest)


@contextmanager
def write(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that may write."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def scrub(engine: sa.Engine) -> None:
    """Remove deleted content from the database files, as far as the database allows."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(no_transaction=True) as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in _SCRUBBED:
            connection.exec_driver_sql(f"VACUUM {table}")


def _is_database_failure(error: DBAPIError) -> bool:
    """Return True if the database failed, not a statement; SQLite raises two classes."""
    return isinstance(error, OperationalError) or type(error) is DatabaseError


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except ArgumentError as error:
        raise BadRequest(
            _(
                "{url}: not the address of a database. Expected sqlite:///FILE or "
                "postgresql://USER@HOST/NAME."
            ).format(url=url)
        ) from error
    kind = address.get_backend_name()
    if kind in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise BadRequest(
            _("{kind}: records are kept in SQLite or Postgres alone.").format(kind=kind)
        )
    return address


def _sqlite(address: sa.URL) -> sa.Engine:
    if address.database:
        make_private(Path(address.database))  # SQLite gives its journals the same mode
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_S})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
    connection.isolation_level = None  # otherwise the driver begins transactions itself
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("no_transaction"):
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _wait_for_other_upgrades(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))


def _refuse_newer(connection: sa.Connection) -> None:
    current = revision(connection)
    if current is not None and current not in revisions():
        raise EnvironmentFault(
            _(
                "The records were made by a later hipcv (version {revision} of the "
                "tables). Install that one, or name another data folder."
            ).format(revision=current)
        )
