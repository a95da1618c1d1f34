"""What people have still to write down or to set up, by file and field. The service runs without it and says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.errors import ConfigurationError
from bot.fieldwork import load_service_levels, public_promises
from bot.language import load_safety
from bot.staff import Staff
from bot.supplier import DEMO_FOLDER, FOLDER, load_calendar, load_referrals, load_supplier

PAPER = "照 docs/supplier.md 填写;没填的项目,客户会听到“还没有填写,请打热线”"
NOT_REVIEWED = "待供电公司安全员复核"
ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Finding:
    """`advice`: worth putting right, but the service runs without it. `lines` name the places one by one."""

    fine: bool
    what: str
    cure: str = ""
    advice: bool = False
    lines: tuple[str, ...] = ()


def folders(demo: bool) -> Sequence[Path]:
    return (DEMO_FOLDER, FOLDER) if demo else (FOLDER,)


def papers(today: date, demo: bool) -> list[Finding]:
    """The files people fill in, in the order in which they are best filled."""
    return [
        _read("供电公司资料", lambda: supplier(demo)),
        _read("放假安排", lambda: holidays(today, demo)),
        _read("服务承诺", service_levels),
        _read("该找谁的电话", referrals),
        _read("安全提示", safety_words),
    ]


def _read(name: str, look: Callable[[], Finding]) -> Finding:
    """A file that cannot be read at all is worse than an empty field."""
    try:
        return look()
    except ConfigurationError as error:
        return Finding(False, f"{name}读不出来:{error.message}", "按提示改好文件,再运行一次 lamplighter doctor")


def supplier(demo: bool) -> Finding:
    holes = load_supplier(folders(demo)).unfilled()
    by_place: dict[str, list[str]] = {}
    for hole in holes:
        by_place.setdefault(f"data/supplier/{hole.file}{' ' if hole.whose else ''}{hole.whose}", []).append(hole.what)
    lines = tuple(f"{place}:{'、'.join(what)}" for place, what in by_place.items())
    return _list("供电公司资料", lines, len(holes), PAPER)


def holidays(today: date, demo: bool) -> Finding:
    calendar = load_calendar(folders(demo))
    unknown = [year for year in (today.year, today.year + 1) if not calendar.knows(year)]
    what = f"没有 {'、'.join(map(str, unknown))} 年的放假安排,那时按周一到周五算工作日" if unknown else "放假安排到明年"
    cure = "国务院办公厅公布后,把放假和调休上班的日子写进 data/supplier/holidays.yml"
    return Finding(not unknown, what, cure, advice=True)


def service_levels() -> Finding:
    lines = []
    for promise in public_promises(load_service_levels()):
        empty = [
            name
            for name, value in (("办完给什么结果(result)", promise.kind.result), ("收不收钱(fee)", promise.kind.fee))
            if not value
        ]
        if empty:
            lines.append(f"data/service_levels.yml {promise.kind.title}:{'、'.join(empty)}")
    return _list(
        "服务承诺页", tuple(lines), len(lines), "补在 data/service_levels.yml 的 kinds 里;公开的承诺页会说还没有填写"
    )


def referrals() -> Finding:
    lines = tuple(f"data/referrals.yml {name}:当地电话(phone)" for name in load_referrals().unfilled())
    return _list(
        "不归供电公司管的事该打的电话", lines, len(lines), "补在 data/referrals.yml 里;没有填就只说找谁,不说号码"
    )


def safety_words() -> Finding:
    texts = load_safety().values()
    lines = tuple(f"data/safety/{t.id}.yml {t.title}:复核人(reviewer)" for t in texts if t.reviewer == NOT_REVIEWED)
    return _list("安全提示的复核", lines, len(lines), "请安全员看过,把姓名写进 reviewer、日期写进 date")


def _list(name: str, lines: tuple[str, ...], count: int, cure: str) -> Finding:
    what = f"{name}还缺 {count} 项" if lines else f"{name}已填全"
    return Finding(not lines, what, cure, advice=True, lines=lines)


def people(staff: Staff) -> list[Finding]:
    """Who can log in at the desk, and how well administrators are protected."""
    able = [member for member in staff.people.all() if member.active and member.password_hash]
    bare = tuple(member.login for member in able if member.role == ADMINISTRATOR and not member.totp_on)
    desk = [member for member in able if member.role != ADMINISTRATOR]
    return [
        Finding(
            bool(desk),
            f"能登录的坐席和同事 {len(desk)} 人" if desk else "还没有一个坐席能登录,转人工的客户没有人接",
            "运行 lamplighter staff add 登录名 --role agent --name 姓名,把打印的链接交给本人",
            advice=True,
        ),
        Finding(
            not bare,
            f"管理员没有开启动态码:{'、'.join(bare)}" if bare else "管理员的动态码没有问题",
            "请本人登录工作台,在右上角自己的名字里开启动态码",
            advice=True,
        ),
    ]
