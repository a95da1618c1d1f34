"""Who the supplier is: names, numbers, where it can be reached and what its real notices look like."""

from pydantic import BaseModel, ConfigDict, Field

from bot.supplier.hours import Hours, WrittenHours, read_hours


class Entry(BaseModel):
    """What people have written. None has not been filled in yet; the title is how the field is called to them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Profile(Entry):
    """`sms_senders` and `official_account` are what customers compare a message with that claims to be ours."""

    name: str
    short_name: str
    region: str
    hotline: str
    regulator_hotline: str
    city_hotline: str
    sms_signature: str
    website: str | None = Field(None, title="官方网站")
    domain: str | None = Field(None, title="官方网址的域名")
    cashier_link: str | None = Field(None, title="网上交费的链接")
    sms_senders: tuple[str, ...] | None = Field(None, title="发通知短信的号码")
    official_account: str | None = Field(None, title="微信公众号的名称")
    meter_box_self_reset: bool = False


class Desk(Entry):
    """When people sit at the desk."""

    hours: WrittenHours | None = Field(None, title="坐席值班的时间")


class AlarmRecipient(Entry):
    """Who gets a text message when danger is reported, and when."""

    name: str
    phone: str | None = Field(None, title="电话")
    when: WrittenHours = Field(default_factory=lambda: Hours.model_validate(read_hours("全天")))


class CannedReply(Entry):
    """Words agents often write; they change them before sending."""

    title: str
    text: str = Field(min_length=1, max_length=2000)
