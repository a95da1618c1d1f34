"""`lamplighter policy`: what editors do with policies, from the command line."""

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, get_args

import typer

from bot.bootstrap import build
from bot.clock import SystemClock, local_day
from bot.errors import InvalidInput
from bot.knowledge import Knowledge
from bot.knowledge.check import check_folder
from bot.knowledge.library import FOLDER
from bot.knowledge.policy import CustomerClass
from bot.settings import load_settings

app = typer.Typer(help="用电政策:新建、检查、试查、看没答上来的问题。", no_args_is_help=True)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NEW = """---
id: {id}
title: 标题
questions:
- 客户会怎么问
- 换一种问法
- 再换一种问法
short: 第一句就把话说清楚,七十岁的人也听得懂。
applies_to: []
source: {{document: 文件名称, article: 第几条, date: {today}}}
effective_from: {today}
superseded_by: null
verified: false
region: 河南
related: []
facts: []
---
适用对象、办理方式、材料、时限、费用、常见误解。
"""


@app.command()
def new(policy_id: Annotated[str, typer.Argument(help="文件名,小写字母和连字符,如 residential-steps")]) -> None:
    """新建一个政策文件,照着填。"""
    if not NAME.fullmatch(policy_id):
        raise InvalidInput("政策的名字只用小写字母、数字和连字符,如 residential-steps")
    path = FOLDER / f"{policy_id}.md"
    if path.exists():
        raise InvalidInput(f"{path.name} 已经有了")
    path.write_text(NEW.format(id=policy_id, today=local_day(SystemClock().now())), encoding="utf-8")
    print(path)


@app.command()
def check(folder: Annotated[Path, typer.Argument(help="政策文件夹")] = FOLDER) -> None:
    """检查全部政策;有问题时逐条列出,退出码为 1。"""
    house = build(load_settings())
    problems = check_folder(folder, local_day(house.clock.now()), house.figures)
    for problem in problems:
        print(problem)
    print(f"{len(list(folder.glob('*.md')))} 条政策,{len(problems)} 个问题", file=sys.stderr)
    raise typer.Exit(1 if problems else 0)


@app.command()
def search(
    customer_class: Annotated[str, typer.Option("--class", help="客户类别,如 residential")] = "",
    on: Annotated[str, typer.Option("--date", help="哪一天的规定,如 2026-11-24;不填是今天")] = "",
) -> None:
    """逐行读入问题,逐行输出找到的政策(JSON);与对话中用的是同一套。"""
    knowledge = _knowledge()
    classes = _classes(customer_class)
    day = _day(on)
    for line in sys.stdin.buffer:
        question = line.decode("utf-8", errors="replace").rstrip("\r\n")
        found = knowledge.answer(question, classes=classes, on=day)
        results = [{"id": h.policy.id, "title": h.policy.title, "score": h.score} for h in found.hits]
        body = {"question": question, "answered": found.answered, "results": results}
        print(json.dumps(body, ensure_ascii=False), flush=True)


@app.command()
def unanswered(limit: Annotated[int, typer.Option(help="最多列多少条")] = 100) -> None:
    """列出没有政策能回答的问题,新的在前。"""
    for miss in _knowledge().misses(limit):
        print(f"{miss.asked_at:%Y-%m-%d %H:%M}\t{miss.question}")


def _knowledge() -> Knowledge:
    return build(load_settings()).knowledge


def _classes(name: str) -> frozenset[str]:
    known = get_args(CustomerClass)
    if name and name not in known:
        raise InvalidInput(f"没有 {name} 这种客户类别,可用的有:{'、'.join(known)}")
    return frozenset({name} - {""})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(f"日期 {text} 不合格式,应写成 2026-11-24 这样") from error
