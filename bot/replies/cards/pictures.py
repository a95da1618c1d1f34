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


class Voice(Card):
    """A customer's spoken message; `attachment_id` is its recording, empty until it is here."""

    kind: Literal["voice"] = "voice"
    attachment_id: str = ""


class VoiceUnclear(Card):
    """A spoken message whose words are not known: to be typed, or a person calls back."""

    kind: Literal["voice_unclear"] = "voice_unclear"


class Unreadable(Card):
    """Something the service has no eyes for: a film, a link, a file."""

    kind: Literal["unreadable"] = "unreadable"


class UnreadableReceived(Card):
    """Said back to that."""

    kind: Literal["unreadable_received"] = "unreadable_received"


class Followed(Card):
    """The customer has begun to follow the account."""

    kind: Literal["followed"] = "followed"


class PictureLost(Card):
    """A picture that was announced and could not be fetched."""

    kind: Literal["picture_lost"] = "picture_lost"
