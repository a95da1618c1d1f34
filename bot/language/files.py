"""Where the word lists lie, and how one of them is read.

Not for caching: each loader keeps what it built from the file.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigurationError

DATA = Path(__file__).resolve().parents[2] / "data"
LEXICON = DATA / "lexicon"
SAFETY = DATA / "safety"


def read_mapping(path: Path) -> dict[str, Any]:
    """The YAML mapping in `path`, or a ConfigurationError that names the file."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(f"缺少数据文件 {path.name}", detail=str(path)) from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"数据文件 {path.name} 不是有效的 YAML", detail=str(error)) from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"数据文件 {path.name} 应当是一组“名称: 内容”", detail=str(path))
    return content


@cache
def lexicon(name: str) -> dict[str, Any]:
    """The word list `data/lexicon/{name}.yml`, read once."""
    return read_mapping(LEXICON / f"{name}.yml")
