"""`lamplighter audit`: the nightly audit by hand."""

from datetime import date

from bot.bootstrap import build
from bot.errors import InvalidInput
from bot.settings import Settings


def run(settings: Settings, on: str) -> None:
    """Prints what was found by kind, how much of it is new, and how many work items were opened."""
    house = build(settings)
    report = house.audit.run(_day(on) if on else None)
    for kind, count in sorted(report.found.items()):
        print(f"{house.audit.rules.findings[kind].title} {count:,}(新发现 {report.new[kind]:,})")
    waiting = f",还有 {report.waiting:,} 项排队,下一晚接着开" if report.waiting else ""
    print(f"{report.day} 稽核:共 {report.found.total():,} 项,开了 {report.opened:,} 张工单{waiting}")
    house.db.close()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"日期 {text} 不合格式,应写成 2026-11-24 这样") from error
