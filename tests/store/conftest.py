import uuid

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


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    """The address of an empty database."""
    pytest.importorskip("sqlalchemy", reason='records need `pip install "hipcv[app]"`')
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hipcv.sqlite3'}"
    return empty_schema(request.getfixturevalue("postgres_server"))


def empty_schema(server):
    """The address of a part of the server's database that holds nothing: quick to make."""
    import psycopg

    name = f"desk_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture
def records(url):
    """Records that know nothing yet."""
    from hipcv.store.records import Records

    opened = Records.open(url)
    yield opened
    opened.close()


@pytest.fixture
def other(url, records):
    """The same records, opened by somebody else."""
    from hipcv.store.records import Records

    opened = Records.open(url)
    yield opened
    opened.close()


@pytest.fixture
def intruder(url, records):
    """Someone with a way into the database itself: does what SQL they say, at once."""
    from hipcv.store import database

    engine = database.engine_of(url)

    def do(*sentences):
        with database.writing(engine) as connection:
            return [connection.exec_driver_sql(each) for each in sentences]

    yield do
    engine.dispose()
