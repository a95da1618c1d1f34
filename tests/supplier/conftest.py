"""A folder with the supplier's files that a test may change, and a second hand moved by it."""

import shutil
from pathlib import Path

import pytest

from bot.supplier import DEMO_FOLDER, FOLDER, Supplier, SupplierFiles, load_supplier


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "supplier"))


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def files(folder: Path, seconds: Seconds) -> SupplierFiles:
    return SupplierFiles((folder,), seconds)


@pytest.fixture(scope="session")
def demo() -> Supplier:
    return load_supplier((DEMO_FOLDER, FOLDER))
