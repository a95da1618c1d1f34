"""`lamplighter up`: everything a customer needs, started in order, with progress, and the addresses at the end."""

import sys
import threading
import time

import httpx

from bot.bootstrap import build
from bot.commands import database
from bot.commands.model import train_model
from bot.commands.staff import invitation_lines
from bot.processes.supervisor import Supervisor, check_port, lock
from bot.settings import Settings, load_settings

READY_WITHIN_SECONDS = 120


def run(*, demo: bool) -> None:
    settings = load_settings(demo=True) if demo else load_settings()
    held = lock(settings.var_dir)
    check_port(settings)
    model = train_model(settings.effective_models_dir)
    database.migrate(settings)
    if settings.demo:
        database.seed(settings)
    invitations = invitation_lines(settings, build(settings).staff.first_invitations())
    supervisor = Supervisor(settings, model)
    watcher = threading.Thread(target=_announce, args=(settings, supervisor, invitations), daemon=True)
    _say("启动网关、动作、对话三个进程 …")
    watcher.start()
    supervisor.run()
    _say("已全部停止")
    held.close()


def _announce(settings: Settings, supervisor: Supervisor, invitations: list[str]) -> None:
    """Waits until a customer would get an answer, then prints where."""
    base = f"http://{settings.http_host}:{settings.http_port}"
    began = time.monotonic()
    missing = "gateway"
    while not supervisor.stopping:
        missing = _missing(base)
        if not missing:
            _addresses(base, settings.demo, time.monotonic() - began)
            _invite(invitations)
            return
        if time.monotonic() - began > READY_WITHIN_SECONDS:
            _say(f"还没有准备好({missing}),请看 {settings.var_dir / 'log'} 里的日志,或运行 lamplighter doctor")
            return
        time.sleep(0.2)


def _missing(base: str) -> str:
    try:
        body = httpx.get(f"{base}/health", timeout=3, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return "gateway"
    return ", ".join(body.get("missing", []))


def _addresses(base: str, demo: bool, seconds: float) -> None:
    _say(f"准备好了({seconds:.0f} 秒)")
    print(f"  客户页面   {base}/chat/", flush=True)
    if demo:
        print(f"  演示手机   {base}/demo/phone", flush=True)
    print(f"  坐席工作台 {base}/desk/", flush=True)
    print("  按 Ctrl-C 停止", flush=True)


def _invite(invitations: list[str]) -> None:
    """The one-time links of those who have no password yet; a new start prints new ones."""
    if invitations:
        print("\n".join(["  还没有设置密码的人(链接只能用一次,24 小时内有效):", *invitations]), flush=True)


def _say(text: str) -> None:
    print(f"» {text}", file=sys.stderr, flush=True)
