"""Reading the supplier's files as people write them: every value is text until its field says otherwise, so that a
phone number written without quotes stays as it was typed. What does not fit is named by file and field."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.errors import ConfigurationError

KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:bool")
WORDS = {
    "missing": "没有填",
    "extra_forbidden": "没有这一项,请检查拼写",
    "string_type": "应是一段文字",
    "bool_parsing": "应写 true 或 false",
    "bool_type": "应写 true 或 false",
    "date_from_datetime_parsing": "应是 2027-01-01 这样的日期",
    "tuple_type": "应是一个列表,每行以“- ”开头",
    "model_type": "应是“名称: 内容”的形式",
}
T = TypeVar("T")


class PlainLoader(yaml.SafeLoader):
    """Of YAML's guesses only null and true/false are kept: 0374-1 and 8:30 are no numbers here."""

    yaml_implicit_resolvers = {
        sign: [(tag, pattern) for tag, pattern in known if tag in KEPT]
        for sign, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(path: Path, adapter: TypeAdapter[T]) -> T:
    """The file's content as its type; ConfigurationError says what is wrong where."""
    try:
        return adapter.validate_python(_load(path))
    except ValidationError as error:
        raise ConfigurationError(f"{path.name} 有误:{problems(error)}") from error


def _load(path: Path) -> Any:
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, PlainLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} 读不出来", detail=str(error)) from error
    except yaml.MarkedYAMLError as error:
        line = f"第 {error.problem_mark.line + 1} 行附近" if error.problem_mark else ""
        raise ConfigurationError(f"{path.name} {line}格式不对:检查缩进、冒号后的空格和引号") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path.name} 格式不对") from error


def problems(error: ValidationError) -> str:
    """第 2 项的 hours:看不懂“8点”."""
    return ";".join(f"{_place(e['loc'])}:{_words(e)}" for e in error.errors())


def _place(location: tuple[int | str, ...]) -> str:
    return "的 ".join(f"第 {part + 1} 项" if isinstance(part, int) else str(part) for part in location) or "整个文件"


def _words(error: Any) -> str:
    return WORDS.get(error["type"], str(error["msg"]).removeprefix("Value error, "))
