"""What the files around the program promise."""

import re
from pathlib import Path

import pytest

from deploy import bootstrap, compile_messages, frontend, tracked_files
from deploy.steps import PROJECT, data_dir

REQUIREMENTS = PROJECT / "requirements"


def names_in(file: Path) -> set[str]:
    """Normalised names of the packages that a requirements file asks for by itself."""
    words = re.findall(r"^([A-Za-z][\w.-]*)", file.read_text(), re.MULTILINE)
    return {word.lower().replace("_", "-") for word in words}


@pytest.mark.parametrize("kind", ["base", "test", "node", "lock"])
def test_every_package_is_locked_with_a_hash_and_without_an_address(kind: str) -> None:
    text = (REQUIREMENTS / f"{kind}.txt").read_text()
    packages = re.split(r"\n(?=\S)", text.strip())

    assert all(re.match(r"[\w.-]+==", package) and "--hash=sha256:" in package for package in packages)
    assert "://" not in text


@pytest.mark.parametrize("kind", ["base", "test", "node", "lock"])
def test_what_is_asked_for_is_locked(kind: str) -> None:
    assert names_in(REQUIREMENTS / f"{kind}.in") <= names_in(REQUIREMENTS / f"{kind}.txt")


def test_tests_run_on_the_versions_that_are_served() -> None:
    pins = re.compile(r"^[\w.-]+==\S+", re.MULTILINE)
    base, test = (set(pins.findall((REQUIREMENTS / f"{kind}.txt").read_text())) for kind in ("base", "test"))

    assert base <= test


def test_the_second_driver_which_django_would_silently_prefer_stays_out() -> None:
    assert not {"psycopg", "procrastinate"} & names_in(REQUIREMENTS / "test.txt")


def test_every_dependency_says_why_it_is_there() -> None:
    explained = set(re.findall(r"^\| `([^`]+)`", (PROJECT / "docs" / "dependencies.md").read_text(), re.MULTILINE))
    asked = set().union(*(names_in(REQUIREMENTS / f"{kind}.in") for kind in ("base", "test", "node", "lock")))
    npm = set(re.findall(r'^    "([\w.-]+)": "\d', (PROJECT / "package.json").read_text(), re.MULTILINE))

    assert explained == asked | npm


def test_every_command_of_the_makefile_is_known_to_the_bootstrap() -> None:
    text = (PROJECT / "Makefile").read_text()

    assert set(re.findall(r"\$\(START\) (\w+)", text)) == set(bootstrap.COMMANDS)


@pytest.mark.parametrize(
    "line",
    [
        "see https://" + "pypi.org/simple",
        "--" + "extra-index-url somewhere",
        '      "resolved"' + ': "somewhere"',
        "cd /" + "home/anna/portal",
        'open("/' + 'Users/anna/portal")',
    ],
)
def test_an_address_or_a_path_of_a_machine_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "notes.md").write_text(f"harmless\n{line}\n")

    (finding,) = tracked_files.find(tmp_path, [tmp_path / "notes.md"])

    assert finding.startswith("notes.md:2: ")


def test_a_lock_file_that_records_addresses_is_found(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text("")

    assert list(tracked_files.find(tmp_path, [tmp_path / "uv.lock"])) == ["uv.lock: a lock file that records addresses"]


def test_addresses_of_the_web_and_paths_of_the_system_are_no_finding(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("https://designsystem.dk and /usr/lib/postgresql and /tmp\n")

    assert not list(tracked_files.find(tmp_path, [tmp_path / "notes.md"]))


def test_translations_are_compiled_once(tmp_path: Path) -> None:
    folder = tmp_path / "da" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr "Language: da\\n"\n\nmsgid "Yes"\nmsgstr "Ja"\n')

    compile_messages.compile_all(tmp_path)

    assert b"Ja" in (folder / "django.mo").read_bytes()
    assert not list(compile_messages.stale(tmp_path))


@pytest.fixture
def served() -> Path:
    folder = data_dir() / "frontend"
    if not folder.exists():
        pytest.skip("make setup builds the front end")
    return folder


@pytest.mark.parametrize("sheet", [frontend.STYLE_SHEET, frontend.RTL_STYLE_SHEET, "leaflet/leaflet.css"])
def test_everything_a_style_sheet_refers_to_is_served(served: Path, sheet: str) -> None:
    text = (served / sheet).read_text(encoding="utf-8")
    references = {reference for reference in re.findall(r"url\(([^)?#]+)", text) if ":" not in reference}

    missing = {reference for reference in references if not (served / sheet).parent.joinpath(reference).exists()}

    assert not missing


def test_the_mirrored_style_sheet_is_mirrored(served: Path) -> None:
    ltr, rtl = ((served / sheet).read_text() for sheet in (frontend.STYLE_SHEET, frontend.RTL_STYLE_SHEET))

    assert ltr.count("margin-left") == rtl.count("margin-right") != ltr.count("margin-right")


def test_no_file_refers_to_a_source_map(served: Path) -> None:
    assert not [path for path in served.rglob("*.[cj]s*") if "sourceMappingURL" in path.read_text(encoding="utf-8")]
