"""Pictures a customer sends."""

from typing import Literal

from bot.replies.cards.base import Card


class Picture(Card):
    """The customer's own message: a stored picture, by its id within the conversation."""

    kind: Literal["picture"] = "picture"
    attachment_id: str
    width: int
    height: int


class PictureReceived(Card):
    """The picture is kept and a person can see it; the bot cannot read it and asks for words."""

    kind: Literal["picture_received"] = "picture_received"
