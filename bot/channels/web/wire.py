"""The JSON of messages as the page reads it."""

from typing import Any

from bot.conversations.statements import Said
from bot.conversations.thread import View


def message_json(message: Said) -> dict[str, Any]:
    return {
        "id": message.seq,
        "author": message.author,
        "text": message.text,
        "card": message.card,
        "options": message.options,
        "sent_at": message.sent_at.isoformat(),
    }


def state_json(view: View) -> dict[str, Any]:
    return {"state": view.state, "busy": view.busy, "delayed": view.delayed}


def view_json(view: View) -> dict[str, Any]:
    return {"messages": [message_json(m) for m in view.messages], **state_json(view), "more": view.more}
