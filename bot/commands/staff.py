"""`lamplighter staff`: accounts of people and keys of programs, from the command line."""

from typing import Annotated

import typer

from bot.bootstrap import build
from bot.clock import local
from bot.settings import Settings, load_settings
from bot.staff import ROLES, Staff
from bot.staff.people import LINK_HOURS
from bot.staff.service import Invitation

app = typer.Typer(help="人员账号和程序密钥:新增、链接、停用、查看。", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="登录名。")]


def welcome_address(settings: Settings, token: str) -> str:
    return f"{settings.effective_public_url}/desk/welcome/{token}"


def invitation_lines(settings: Settings, invitations: list[Invitation]) -> list[str]:
    """One line a person: who, and where they set their password."""
    return [
        f"  {i.member.login:<11}{i.member.name}({i.member.role}) {welcome_address(settings, i.token)}"
        for i in invitations
    ]


def _staff() -> Staff:
    return build(load_settings()).staff


@app.command()
def add(
    login: Login,
    role: Annotated[str, typer.Option(help=f"角色:{'、'.join(ROLES)}。")],
    name: Annotated[str, typer.Option(help="显示给客户和同事的姓名;不填就用登录名。")] = "",
) -> None:
    """新增一个人,打印一次性链接;本人打开链接设置密码。"""
    staff = _staff()
    member = staff.people.add(login, role, name)
    _print_link(staff.people.link(member.login))


@app.command()
def link(login: Login) -> None:
    """给一个人新的一次性链接(忘记密码时);旧链接作废。"""
    _print_link(_staff().people.link(login))


@app.command("list")
def list_people() -> None:
    """列出全部人员。"""
    for member in _staff().people.all():
        state = "停用" if not member.active else "可用" if member.password_hash else "未设密码"
        print(f"{member.login}\t{member.name}\t{member.role}\t{state}\t{'动态码' if member.totp_on else ''}")


@app.command()
def disable(login: Login) -> None:
    """停用账号,并立即结束其全部登录。"""
    _staff().people.disable(login)


@app.command()
def enable(login: Login) -> None:
    """恢复账号。"""
    _staff().people.enable(login)


@app.command("totp-off")
def totp_off(login: Login) -> None:
    """关闭动态码(本人换手机、丢手机时)。"""
    _staff().people.totp_off(login, by="console")


@app.command()
def key(
    name: Annotated[str, typer.Argument(help="哪个程序用。")],
    scope: Annotated[list[str], typer.Option(help="范围,可重复。")],
    days: Annotated[int, typer.Option(min=1, help="有效天数。")] = 365,
) -> None:
    """给程序一个密钥;只显示这一次。"""
    print(_staff().keys.make(name, scope, days))


@app.command()
def keys() -> None:
    """列出程序密钥。"""
    for found in _staff().keys.all():
        state = "已吊销" if found.revoked_at else f"有效到 {local(found.expires_at):%Y-%m-%d}"
        print(f"{found.name}\t{','.join(found.scopes)}\t{state}")


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="密钥名称。")]) -> None:
    """吊销一个程序的密钥。"""
    _staff().keys.revoke(name)


def _print_link(token: str) -> None:
    print(welcome_address(load_settings(), token))
    typer.echo(f"请把这个链接交给本人;{LINK_HOURS} 小时内有效,只能用一次。", err=True)
