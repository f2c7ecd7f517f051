"""What the tests of the tools share."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.private_server import PrivateServer

OURS = ("PORTAL_OWNER_URL", "PORTAL_SITE_URL", "PORTAL_SITE_ROLE", "DATABASE_URL", "DATABASE_SITE_URL")


@pytest.fixture
def data_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own, with a space and an ø in its path, that every user may enter."""
    top = Path(tempfile.mkdtemp(prefix="portal ø "))
    top.chmod(0o755)
    monkeypatch.setenv("PORTAL_DATA_DIR", str(top / "data"))
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    yield top / "data"
    shutil.rmtree(top)


@pytest.fixture
def server(data_folder: Path) -> Iterator[PrivateServer]:
    """A private server that does not run yet, and does not run afterwards."""
    server = PrivateServer("try", forgetful=True)
    yield server
    server.release()
    server.stop_if_unused()  # waits for a guard that is stopping it
    shutil.rmtree(server.socket_folder, ignore_errors=True)
