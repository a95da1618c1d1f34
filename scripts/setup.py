"""Sets up both environments from the locks. Standard library only: it runs before anything is installed.

    python3 scripts/setup.py [--dev]     --dev adds what the tests need

Both Pythons (3.11 or later for the service, 3.10 for Rasa) are looked for on this machine and fetched by uv if missing.
An environment is rebuilt only when its lock has changed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_HOME = ROOT / ".uv"
UV = UV_HOME / "bin" / "uv"
LOOK_SECONDS = 2
FETCH_SECONDS = 6
CURES = (
    "请安装它(例如 pyenv install {version} 或 apt install python{version}),或把它的路径写进环境变量 {variable} 后重试。"
)


def main() -> None:
    dev = "--dev" in sys.argv[1:]
    if sys.platform != "linux":
        fail("掌灯目前只在 Linux x86-64 上安装过,这台机器是 " + sys.platform)
    service = find_python("LAMPLIGHTER_PYTHON", (3, 11), (3, 14))
    rasa = find_python("LAMPLIGHTER_RASA_PYTHON", (3, 10), (3, 11))
    get_uv()
    service = service or fetch("LAMPLIGHTER_PYTHON", "3.11")
    rasa = rasa or fetch("LAMPLIGHTER_RASA_PYTHON", "3.10")
    sync(".venv-rasa", rasa, ROOT / "requirements" / "rasa.lock", "对话环境(Rasa,约 1.6 GB)")
    locks = [ROOT / "requirements" / name for name in (("dev.lock",) if dev else ("app.lock", "dev.lock"))]
    sync(".venv", service, locks[0], "服务环境", also_fine=locks[1:])
    link_command()


def get_uv() -> None:
    """uv, at the version and hash of its lock, in a folder of ours."""
    lock = ROOT / "requirements" / "uv.lock"
    if UV.exists() and stamp(UV_HOME) == digest(lock):
        return
    say("安装 uv …")
    shutil.rmtree(UV_HOME, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    run(
        [
            *pip,
            "--timeout",
            "5",
            "--root-user-action=ignore",
            "--target",
            str(UV_HOME),
            "--require-hashes",
            "-r",
            str(lock),
        ],
        "uv 没有装上:请检查 pip 能否访问软件源",
    )
    write_stamp(UV_HOME, digest(lock))


def find_python(variable: str, low: "tuple[int, int]", below: "tuple[int, int]") -> "str | None":
    """A Python of at least `low` and under `below`, named by the variable or on this machine; None if there is none."""
    for candidate in candidates(variable, low, below):
        found = version_of(candidate)
        if found and low <= found < below:
            return candidate
    return None


def candidates(variable: str, low: "tuple[int, int]", high: "tuple[int, int]") -> "list[str]":
    named = os.environ.get(variable)
    minors = [f"{low[0]}.{minor}" for minor in range(low[1], high[1])]
    found = [named] if named else []
    if low <= sys.version_info[:2] < high:
        found.append(sys.executable)
    found += [path for minor in minors if (path := shutil.which(f"python{minor}"))]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found += [str(p) for minor in minors for p in sorted(pyenv.glob(f"{minor}.*/bin/python"), reverse=True)]
    return found


def version_of(python: str) -> "tuple[int, int] | None":
    try:
        told = subprocess.run([python, "-V"], capture_output=True, text=True, timeout=LOOK_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"Python (\d+)\.(\d+)", told.stdout)
    return (int(match[1]), int(match[2])) if match else None


def fetch(variable: str, version: str) -> str:
    """uv's own build of that Python, kept below .uv. A network that does not answer is noticed within seconds."""
    home = UV_HOME / "python"
    limits = {"UV_PYTHON_INSTALL_DIR": str(home), "UV_HTTP_CONNECT_TIMEOUT": "3", "UV_HTTP_RETRIES": "0"}
    say(f"这台机器上没有 Python {version},正在取 …")
    fetched = subprocess.run([str(UV), "python", "install", version], env=os.environ | limits)
    found = sorted(home.glob(f"cpython-{version}*/bin/python3"))
    if fetched.returncode != 0 or not found:
        missing_python(variable, version)
    return str(found[-1])


def missing_python(variable: str, version: str) -> None:
    fail(f"找不到 Python {version},也取不到。" + CURES.format(version=version, variable=variable))


def sync(name: str, python: str, lock: Path, what: str, also_fine: "list[Path]" = []) -> None:  # noqa: B006
    """Brings one environment to its lock; a stamp says which lock it holds. A wider lock is left as it is."""
    venv = ROOT / name
    wanted = digest(lock)
    if stamp(venv) in [wanted, *map(digest, also_fine)] and version_of(str(venv / "bin" / "python")):
        return
    say(f"安装{what} …")
    run([str(UV), "venv", "--quiet", "--clear", "--python", python, str(venv)], f"{name} 没有建成")
    environment = os.environ | {"VIRTUAL_ENV": str(venv), "UV_HTTP_TIMEOUT": "120"}
    cure = f"{what}没有装全:请检查能否访问软件源,然后再运行一次同样的命令"
    run([str(UV), "pip", "sync", "--require-hashes", str(lock)], cure, environment)
    write_stamp(venv, wanted)


def link_command() -> None:
    """Makes this checkout importable in .venv and puts the lamplighter command there."""
    venv = ROOT / ".venv"
    site = next((venv / "lib").glob("python*/site-packages"))
    (site / "lamplighter.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = venv / "bin" / "lamplighter"
    command.write_text(f"#!{venv / 'bin' / 'python'}\nfrom bot.cli import main\n\nmain()\n", encoding="utf-8")
    command.chmod(0o755)


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def stamp(folder: Path) -> str:
    file = folder / "lamplighter-lock"
    return file.read_text() if file.exists() else ""


def write_stamp(folder: Path, value: str) -> None:
    (folder / "lamplighter-lock").write_text(value)


def run(command: list[str], cure: str, environment: "dict[str, str] | None" = None) -> None:
    if subprocess.run(command, env=environment).returncode != 0:
        fail(cure)


def say(text: str) -> None:
    print(f"» {text}", file=sys.stderr, flush=True)


def fail(text: str) -> None:
    print(f"✗ {text}", file=sys.stderr, flush=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
