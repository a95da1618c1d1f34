"""What a parcel is handed over as: a signed page of free text, or an approved template."""

from bot.channels.sms.commands import option_lines
from bot.channels.sms.driver import Content, SmsDriver
from bot.channels.sms.pages import pages, signed
from bot.channels.sms.templates import Templates
from bot.conversations.carriers import NotCarried, Parcel


class FreeText:
    """The page of the text that this parcel stands for; the next ones are sent when they are asked for.

    A notice is no answer in a conversation: nobody could ask it for more, and it goes out whole.
    """

    def __init__(self, driver: SmsDriver, signature: str) -> None:
        self._driver = driver
        self._signature = signature

    def __call__(self, parcel: Parcel) -> list[Content]:
        if parcel.conversation_id is None:
            return list(self._driver.pieces(signed(parcel.text, self._signature), parcel.id))
        found = pages(parcel.text, self._signature, option_lines(parcel.options))
        page = found[min(int(parcel.data.get("page", 1)), len(found)) - 1]
        return list(self._driver.pieces(page, parcel.id))


class FromTemplates:
    """The template of the card's kind whose places the card fills, else the one that says where the answer is."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def __call__(self, parcel: Parcel) -> list[Content]:
        chosen = self._templates.choose(parcel.kind, parcel.data)
        if chosen is None:
            raise NotCarried("give_up", "no_template")
        return [chosen]
