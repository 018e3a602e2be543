import uuid
from pathlib import Path

import pytest

from tests.store import postgres


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a running server."""
    pytest.importorskip("psycopg", reason='Postgres needs `pip install "hipcv[postgres]"`')
    folder = postgres.binaries()
    if folder is None:
        pytest.skip("no Postgres server: apt-get install postgresql brings one")
    with postgres.server(folder) as address:
        yield address


QUICK_ON_POSTGRES = {"test_database", "test_many_at_once", "test_migrations"}
"""Modules whose tests on Postgres run at every change; the sweep runs those of the others."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        is_here = item.path.parent == Path(__file__).parent
        if is_here and params.get("url") == "postgres" and item.path.stem not in QUICK_ON_POSTGRES:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    """The address of an empty database."""
    pytest.importorskip("sqlalchemy", reason='records need `pip install "hipcv[app]"`')
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hipcv.sqlite3'}"
    return empty_schema(request.getfixturevalue("postgres_server"))


def empty_schema(server):
    """Return the address of a new schema of the server's database."""
    import psycopg

    name = f"desk_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture
def records(url):
    """Empty records."""
    from hipcv.store.records import Records

    opened = Records.open(url)
    yield opened
    opened.close()


@pytest.fixture
def other(url, records):
    """The same records, opened a second time."""
    from hipcv.store.records import Records

    opened = Records.open(url)
    yield opened
    opened.close()


@pytest.fixture
def intruder(url, records):
    """A function that runs SQL on the database directly, in one transaction."""
    from hipcv.store import database

    engine = database.engine_of(url)

    def do(*statements):
        with database.write(engine) as connection:
            return [connection.exec_driver_sql(statement) for statement in statements]

    yield do
    engine.dispose()
