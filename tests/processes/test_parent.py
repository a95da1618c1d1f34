"""Long work started by a command ends with the command, however that ends."""

import subprocess
import sys
import time

import pytest

from bot.settings import ROOT
from tests.processes.test_supervisor import gone
from tests.stack import wait_until

PARENT = """
import os, subprocess, sys
from pathlib import Path
import bot.commands.model as model
model.current_model = lambda folder: folder / "none.tar.gz"
model.RASA_PYTHON = Path(sys.argv[1])
model.train_model(Path(sys.argv[2]))
"""


@pytest.mark.parametrize("ending", ["terminate", "kill"])
def test_training_ends_with_whoever_asked_for_it(tmp_path, ending: str) -> None:  # type: ignore[no-untyped-def]
    slow = tmp_path / "slow"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path / 'pid'}\nexec sleep 60\n")
    slow.chmod(0o755)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(slow), str(tmp_path)], cwd=ROOT)
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip() != "", 20, str)
    child = int((tmp_path / "pid").read_text())
    time.sleep(0.1)
    assert not gone(child)
    getattr(parent, ending)()
    parent.wait(timeout=5)
    wait_until(lambda: gone(child), 5, str)
