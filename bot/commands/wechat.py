"""`lamplighter wechat`: what operators of the official account need from the command line."""

import typer

from bot.bootstrap import build
from bot.channels.wechat.profile import load_wechat_profile
from bot.commands.unfilled import Finding
from bot.errors import ConfigurationError
from bot.settings import Settings, load_settings

app = typer.Typer(help="微信公众号:发布菜单。", no_args_is_help=True)


@app.callback()
def main() -> None:
    """微信公众号:发布菜单。"""


@app.command()
def menu() -> None:
    """把 data/supplier/wechat.yml 里的菜单发布到公众号。"""
    settings = load_settings()
    if not settings.wechat_app_id:
        raise ConfigurationError("还没有设置公众号(LAMPLIGHTER_WECHAT_APP_ID),见 docs/wechat.md")
    parts = build(settings).wechat
    assert parts is not None
    profile = load_wechat_profile()
    parts.api.set_menu(profile.menu_body())
    typer.echo(f"菜单已发布:{len(profile.menu)} 栏")


def channel(settings: Settings) -> list[Finding]:
    """Which account is served; without one the channel is off, and that is no fault. Half an account does not start."""
    if not settings.wechat_app_id:
        return [Finding(True, "微信公众号:没有设置,不接微信")]
    return [Finding(True, f"微信公众号:{settings.wechat_app_id}")]
