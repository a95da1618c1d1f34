"""The supervisor: what it starts it restarts, what it stops is gone, and nobody outlives it."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from bot.processes.child import port_taken
from bot.settings import ROOT
from tests.stack import Stack, wait_until


@pytest.fixture
def own_stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def all_gone(stack: Stack, pids: list[int]) -> bool:
    return all(gone(pid) for pid in pids) and not port_taken("127.0.0.1", stack.port)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_within_five_seconds(own_stack: Stack, number: int) -> None:
    with own_stack:
        pids = list(own_stack.pids().values())
        assert own_stack.process is not None
        os.killpg(own_stack.process.pid, number)
        os.killpg(own_stack.process.pid, number)
        wait_until(lambda: all_gone(own_stack, pids), 5, own_stack.logs)
        assert own_stack.process.wait(timeout=5) == 0


def test_children_die_with_a_killed_supervisor(own_stack: Stack) -> None:
    with own_stack:
        pids = list(own_stack.pids().values())
        own_stack.stop(signal.SIGKILL)
        wait_until(lambda: all_gone(own_stack, pids), 5, own_stack.logs)


def test_a_second_start_on_the_same_folder_says_so(stack: Stack) -> None:
    command = [str(ROOT / ".venv" / "bin" / "lamplighter"), "up", "--demo"]
    second = subprocess.run(command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "已经在" in second.stderr


def test_a_taken_port_is_a_clear_error(stack: Stack, tmp_path: Path) -> None:
    command = [str(ROOT / ".venv" / "bin" / "lamplighter"), "up", "--demo"]
    environment = stack.environment | {"LAMPLIGHTER_VAR_DIR": str(tmp_path)}
    second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert f"端口 {stack.port} 已被占用" in second.stderr


@pytest.mark.parametrize("name", ["gateway", "actions", "dialogue"])
def test_a_child_that_dies_is_restarted(stack: Stack, name: str) -> None:
    before = stack.pids()[name]
    stack.kill(name)
    wait_until(lambda: stack.pids()[name] != before, 20, stack.logs)
    wait_until(stack.ready, 90, stack.logs)
