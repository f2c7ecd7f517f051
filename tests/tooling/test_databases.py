"""The databases of the tests themselves."""

from pathlib import Path

import pytest
from django.db import connection

from tests.databases import APPS, COPY_PREFIX, DATABASES, fingerprint, with_database


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one app, one migration, one handler and one view."""
    for name, text in {
        "requirements/base.txt": "django==5.2",
        "portal/migrations/0001_initial.py": "operations = []",
        "portal/apps.py": "from portal.handlers import load\npost_migrate.connect(load)",
        "portal/handlers.py": "def load(): ...",
        "portal/views.py": "def home(): ...",
        "portal/data/postcodes.csv": "code,name",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    [
        "portal/migrations/0001_initial.py",
        "portal/handlers.py",
        "portal/data/postcodes.csv",
        "requirements/base.txt",
    ],
)
def test_what_shapes_a_database_gives_the_template_another_name(project: Path, changed: str) -> None:
    before = fingerprint(project)

    (project / changed).write_text("something else")

    assert fingerprint(project) != before


def test_other_code_leaves_the_template_as_it_is(project: Path) -> None:
    before = fingerprint(project)

    (project / "portal" / "views.py").write_text("something else")

    assert fingerprint(project) == before


def test_another_database_on_the_same_server() -> None:
    assert with_database("postgresql://o@%2Ftmp%2Fportal-x/portal", "y") == "postgresql://o@%2Ftmp%2Fportal-x/y"


def current_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_test_that_rolls_back_runs_on_the_database_of_its_process(request: pytest.FixtureRequest) -> None:
    assert current_database() == request.config.stash[DATABASES].main


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_that_commits_has_a_database_of_its_own(request: pytest.FixtureRequest, turn: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_behind (number integer)")  # the second would meet the first one's table

    assert current_database().startswith(COPY_PREFIX)
    assert current_database() != request.config.stash[DATABASES].main


@pytest.mark.django_db(transaction=True)
def test_what_migrations_put_in_is_there_for_a_test_that_commits() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM municipalities_municipality")
        assert cursor.fetchone() == (98,)


def test_every_app_that_can_shape_a_database_is_looked_at() -> None:
    from django.apps import apps

    own = {config.name.split(".")[0] for config in apps.get_app_configs()} & {*APPS, "deploy", "tests"}

    assert own == set(APPS)
