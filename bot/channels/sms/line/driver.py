"""A standing connection as an SMS driver: texts go over whichever session is open now."""

from collections.abc import Sequence

from bot.channels.sms.driver import Call, Content, Inbound, Receipt, Report, Template, Text, in_parts
from bot.channels.sms.line.dialect import Dialect
from bot.channels.sms.line.session import Line
from bot.conversations.carriers import NotCarried


class LineDriver:
    """`line` is set by whoever keeps the connection. The login proves the carrier to us and us to the carrier."""

    free_text = True
    proves_sender = True

    def __init__(self, dialect: Dialect) -> None:
        self.name = dialect.name
        self.line: Line | None = None
        self._dialect = dialect

    @property
    def ready(self) -> bool:
        return self.line is not None

    def pieces(self, text: str, message_id: str) -> Sequence[Text]:
        return in_parts(text, message_id)

    async def send(self, to: str, content: Content, message_id: str) -> Receipt:
        if isinstance(content, Template):
            raise NotCarried("give_up", "free_text_only")
        if self.line is None:
            raise NotCarried("retry", "line_down")
        return await self.line.submit(to, content)

    def parse_inbound(self, call: Call) -> list[Inbound]:
        return self._dialect.parse_inbound(call)

    def parse_receipt(self, call: Call) -> list[Report]:
        return self._dialect.parse_receipt(call)
