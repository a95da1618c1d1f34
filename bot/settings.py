"""Every setting of the service: one place, typed, each with a default and a line of help.

Nothing else reads the environment.
"""

from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.clock import Clock, ShiftedClock, SystemClock
from bot.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent

LINE_NEEDS = ("sms_line_host", "sms_line_user", "sms_line_password", "sms_line_number")
SMS_NEEDS = {
    "twilio": ("sms_twilio_sid", "sms_twilio_token", "sms_twilio_sender", "public_url"),
    "aliyun": ("sms_aliyun_key_id", "sms_aliyun_key_secret", "sms_callback_key"),
    "cmpp": LINE_NEEDS,
    "smpp": LINE_NEEDS,
}


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LAMPLIGHTER_", extra="ignore", frozen=True)

    var_dir: Path = Field(ROOT / "var", description="All run-time state lies here.")
    models_dir: Path | None = Field(None, description="Trained language models; empty: models in var_dir.")
    http_host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    http_port: int = Field(8000, ge=1, le=65535, description="Port the gateway listens on.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in var_dir.")
    demo: bool = Field(False, description="Demo mode: seeded customers, demo phone, wider limits.")
    secret: str = Field("", description="Signs cookies and hashes codes; empty: made once in var_dir.")
    private_key: str = Field("", description="Key between our own processes; the supervisor makes one at each start.")
    actions_url: str = Field("", description="Where the actions process listens; set by the supervisor.")
    dialogue_url: str = Field("", description="Where the dialogue process listens; set by the supervisor.")
    messages_per_minute: int = Field(20, ge=1, description="Customer messages a minute in one session.")
    sessions_per_minute: int = Field(60, ge=1, description="New web sessions a minute from one address.")
    codes_per_10_minutes: int = Field(3, ge=1, description="One-time codes in 10 minutes per account and phone.")
    codes_per_day: int = Field(10, ge=1, description="One-time codes a day per account and phone.")
    delayed_after_seconds: float = Field(10, gt=0, description="Then the customer is told once to wait.")
    turn_timeout_seconds: float = Field(60, gt=0, description="After this the same message is asked again.")
    unavailable_after_seconds: float = Field(300, gt=0, description="Then the conversation is queued for a person.")
    turn_workers: int = Field(16, ge=1, description="Turns one gateway asks for at the same time.")
    gateway_jobs: bool = Field(True, description="Deliveries and periodic jobs in the gateway; off with a worker.")
    public_url: str = Field("", description="Address people open in a browser; empty: http_host and http_port.")
    trusted_proxies: str = Field(
        "", description="Proxies in front (10.0.0.5,10.1.0.0/16) whose X-Forwarded-For and -Proto are believed."
    )
    embed_origins: str = Field("", description="Sites that may frame the chat, as in https://a.cn,https://b.cn.")
    staff_session_hours: float = Field(12, gt=0, description="Then staff must log in again.")
    staff_idle_minutes: float = Field(60, gt=0, description="Staff who did nothing for so long must log in again.")
    login_failures: int = Field(5, ge=1, description="Wrong logins in 15 minutes per name; per address ten times.")
    agent_absent_seconds: float = Field(90, gt=0, description="Agents unseen so long lose their conversations.")
    customer_idle_minutes: float = Field(
        30, gt=0, description="After this silence of the customer an agent's case closes."
    )
    wechat_app_id: str = Field("", description="AppID of the WeChat official account; empty: no WeChat.")
    wechat_app_secret: str = Field("", description="AppSecret of that account.")
    wechat_token: str = Field("", description="Token of its server settings: signs what WeChat sends.")
    wechat_aes_key: str = Field("", description="EncodingAESKey, 43 characters; empty: messages come unencrypted.")
    wechat_api_url: str = Field("https://api.weixin.qq.com", description="WeChat's server.")
    wechat_menus: bool = Field(False, description="Options as a menu to tap (certified accounts) instead of a list.")
    sms_driver: Literal["", "twilio", "aliyun", "cmpp", "smpp"] = Field("", description="The carrier; empty: no SMS.")
    sms_region: str = Field("CN", min_length=2, max_length=2, description="Country whose numbers are written short.")
    sms_texts_per_window: int = Field(20, ge=1, description="More texts of one number in the window: silence.")
    sms_window_minutes: int = Field(10, ge=1, description="The window, and how long the silence lasts.")
    sms_callback_key: str = Field(
        "", description="Secret in the addresses Aliyun calls; 16 letters and digits or more."
    )
    sms_twilio_sid: str = Field("", description="Account SID at Twilio (AC…).")
    sms_twilio_token: str = Field("", description="Its auth token; Twilio signs its calls with it.")
    sms_twilio_sender: str = Field("", description="Our number (+…) or messaging service (MG…) at Twilio.")
    sms_twilio_url: str = Field("https://api.twilio.com", description="Twilio's server.")
    sms_aliyun_key_id: str = Field("", description="AccessKey ID at Aliyun, allowed to send SMS only.")
    sms_aliyun_key_secret: str = Field("", description="AccessKey secret.")
    sms_aliyun_url: str = Field("https://dysmsapi.aliyuncs.com", description="Aliyun's server.")
    sms_line_host: str = Field("", description="The carrier's gateway for CMPP or SMPP.")
    sms_line_port: int = Field(7890, ge=1, le=65535, description="Its port.")
    sms_line_tls: bool = Field(False, description="Whether the gateway speaks TLS.")
    sms_line_user: str = Field("", description="SP number (CMPP) or system_id (SMPP).")
    sms_line_password: str = Field("", description="Shared secret or password for it.")
    sms_line_number: str = Field("", description="The number customers see and answer to.")
    sms_line_service: str = Field("", description="Service code the carrier gave us, if any.")
    sms_line_window: int = Field(16, ge=1, le=256, description="Texts that may be unanswered at the same time.")
    sms_line_heartbeat_seconds: float = Field(30, gt=0, description="Seconds between two heartbeats.")
    source_url: str = Field("", description="The supplier's service for accounts and bills; empty: what is imported.")
    source_key: str = Field("", description="Bearer key for the supplier's service.")
    source_timeout_seconds: float = Field(3, gt=0, description="Longest wait for one answer of that service.")
    source_fresh_seconds: float = Field(60, ge=0, description="So long its answer about an account is not asked again.")
    audit_hour: int = Field(5, ge=0, le=23, description="Hour of the day (local) from which the nightly audit runs.")
    test_mode: bool = Field(False, description="Allows the clock to be set.")
    now: datetime | None = Field(None, description="Start of the clock, with offset; only in test mode.")

    @model_validator(mode="after")
    def _clock_only_in_test_mode(self) -> Self:
        if self.now is not None and not self.test_mode:
            raise ValueError("LAMPLIGHTER_NOW needs LAMPLIGHTER_TEST_MODE=1")
        if self.now is not None and self.now.tzinfo is None:
            raise ValueError("LAMPLIGHTER_NOW needs an offset, as in 2026-11-24T09:00:00+08:00")
        return self

    @model_validator(mode="after")
    def _proxies_are_addresses(self) -> Self:
        """A name or `*` would have anybody's header believed, or nobody's."""
        for proxy in self.trusted_proxy_list:
            try:
                ip_network(proxy)
            except ValueError as error:
                raise ValueError(
                    f"LAMPLIGHTER_TRUSTED_PROXIES: {proxy!r} is neither an address nor a network, as in "
                    "127.0.0.1,10.1.0.0/16"
                ) from error
        return self

    @model_validator(mode="after")
    def _wechat_whole_or_not_at_all(self) -> Self:
        if not self.wechat_app_id:
            return self
        if not self.wechat_app_secret or not self.wechat_token:
            raise ValueError(
                "LAMPLIGHTER_WECHAT_APP_ID needs LAMPLIGHTER_WECHAT_APP_SECRET and LAMPLIGHTER_WECHAT_TOKEN"
            )
        if not (self.wechat_token.isascii() and self.wechat_token.isalnum()):
            raise ValueError("LAMPLIGHTER_WECHAT_TOKEN: 3 to 32 letters and digits, as on the account's page")
        if self.wechat_aes_key and len(self.wechat_aes_key) != 43:
            raise ValueError("LAMPLIGHTER_WECHAT_AES_KEY has 43 characters, as on the account's page")
        return self

    @model_validator(mode="after")
    def _sms_whole_or_not_at_all(self) -> Self:
        if not self.sms_driver:
            return self
        if self.demo:
            raise ValueError("LAMPLIGHTER_SMS_DRIVER: the demo writes to no real phones; leave it empty")
        missing = [name for name in SMS_NEEDS[self.sms_driver] if not getattr(self, name)]
        if missing:
            needs = ", ".join(f"LAMPLIGHTER_{name.upper()}" for name in missing)
            raise ValueError(f"LAMPLIGHTER_SMS_DRIVER={self.sms_driver} needs {needs}")
        key = self.sms_callback_key
        if self.sms_driver == "aliyun" and not (len(key) >= 16 and key.isascii() and key.isalnum()):
            raise ValueError("LAMPLIGHTER_SMS_CALLBACK_KEY: 16 letters and digits or more")
        return self

    @property
    def effective_models_dir(self) -> Path:
        return self.models_dir or self.var_dir.resolve() / "models"

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.var_dir.resolve() / 'lamplighter.db'}"

    @property
    def dialogue_database_url(self) -> str:
        """Where the dialogue keeps its trackers: the same PostgreSQL, or a SQLite file of its own beside ours."""
        return (
            self.database_url
            if _is_server(self.database_url)
            else f"sqlite:///{self.var_dir.resolve() / 'dialogue.db'}"
        )

    @property
    def effective_public_url(self) -> str:
        return (self.public_url or f"http://{self.http_host}:{self.http_port}").rstrip("/")

    @property
    def trusted_proxy_list(self) -> list[str]:
        return [part.strip() for part in self.trusted_proxies.split(",") if part.strip()]

    @property
    def limit_factor(self) -> int:
        """Demo mode multiplies the limits on addresses and codes."""
        return 100 if self.demo else 1

    def clock(self) -> Clock:
        return SystemClock() if self.now is None else ShiftedClock(self.now)


def _is_server(url: str) -> bool:
    return bool(url) and not url.startswith("sqlite")


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; a wrong value stops the start with a sentence that says how to put it right."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"LAMPLIGHTER_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise ConfigurationError("设置有误:" + ";".join(lines)) from error
