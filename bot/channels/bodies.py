"""Reading the body of a request that may come from anybody."""

from fastapi import Request

from bot.errors import InvalidInput


async def read_at_most(request: Request, most: int, refusal: str = "内容太大") -> bytes:
    """The body, without taking more than `most` bytes into memory; InvalidInput with `refusal` for a larger one."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise InvalidInput(refusal, code="too_large")
        parts.append(part)
    return b"".join(parts)
