"""What the supplier sets for its account (data/supplier/wechat.yml): the menu, and the templates of notices."""

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import ConfigurationError
from bot.settings import ROOT

PROFILE = ROOT / "data" / "supplier" / "wechat.yml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MenuItem(_Part):
    """Choosing it says `say` for the customer, or opens `url`."""

    name: str = Field(max_length=20)
    say: str = ""
    url: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> "MenuItem":
        if bool(self.say) == bool(self.url):
            raise ValueError("an item has either say or url")
        return self


class MenuColumn(_Part):
    name: str = Field(max_length=5)
    items: tuple[MenuItem, ...] = Field(min_length=1, max_length=5)


class Notice(_Part):
    """One kind of notice: the account's template, and which field of the notice goes where in it."""

    template_id: str
    way: Literal["template", "subscription"] = "template"
    fields: dict[str, str] = {}


class WechatProfile(_Part):
    menu: tuple[MenuColumn, ...] = Field(default=(), max_length=3)
    notices: dict[str, Notice] = {}

    def menu_body(self) -> dict[str, Any]:
        """The menu as WeChat's server takes it; a click comes back with the words it stands for."""
        return {
            "button": [
                {"name": column.name, "sub_button": [_button(item) for item in column.items]} for column in self.menu
            ]
        }


def _button(item: MenuItem) -> dict[str, str]:
    if item.url:
        return {"type": "view", "name": item.name, "url": item.url}
    return {"type": "click", "name": item.name, "key": item.say}


def load_wechat_profile(path: Path = PROFILE) -> WechatProfile:
    try:
        return WechatProfile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误", detail=type(error).__name__) from error
