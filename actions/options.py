"""What a customer may choose next: a title of `bot/replies/titles.yml` and what choosing it asks."""

from bot.replies.cards import Option
from bot.replies.titles import title


def option(key: str, intent: str | None = None, **entities: str) -> Option:
    """Asks with the intent of the same name, or with the one given."""
    return Option(title=title(key), intent=intent or key, entities=entities)


def answering(key: str) -> Option:
    """Answers the open question of a form."""
    return option(key, "inform", answer=key)


def human_check() -> Option:
    """A person who looks at papers instead of codes."""
    return option("human_check", "request_human")
