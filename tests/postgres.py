"""A PostgreSQL of the tests' own: one cluster a session on a socket, one database a test. Nothing is left behind."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OPTIONS = "-c listen_addresses='' -k {socket} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def programs() -> Path | None:
    """Where initdb and pg_ctl lie, or None where PostgreSQL is not installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def cluster() -> Iterator[str]:
    """Starts a cluster and yields the URL of its maintenance database."""
    where = programs()
    assert where is not None
    home = Path(tempfile.mkdtemp(prefix="pg"))
    as_root = os.geteuid() == 0
    prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if as_root else []
    data, socket = home / "data", home / "sock"
    for folder in (data, socket):
        folder.mkdir()
        if as_root:
            shutil.chown(folder, "postgres")
    home.chmod(0o755)

    def run(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")

    initdb, pg_ctl = str(where / "initdb"), str(where / "pg_ctl")
    run(initdb, "-D", str(data), "-U", "app", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    run(pg_ctl, "-D", str(data), "-s", "-w", "-l", str(socket / "log"), "-o", OPTIONS.format(socket=socket), "start")
    try:
        yield f"postgresql+psycopg://app@/postgres?host={socket}"
    finally:
        run(pg_ctl, "-D", str(data), "-s", "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)
