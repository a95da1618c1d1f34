"""The web session: a signed, HttpOnly cookie that names one conversation and nothing else."""

import hashlib
import hmac

from fastapi import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

from bot.errors import NotAllowed

COOKIE = "lamplighter_session"
MAX_AGE = 180 * 24 * 3600


class WebSessions:
    def __init__(self, secret: bytes, *, framed: bool = False) -> None:
        """`framed`: the page may stand in another site's frame, where a browser keeps only a partitioned cookie."""
        self._may_be_framed = framed
        self._signer = URLSafeSerializer(secret, salt="web-session")
        self._secret = secret

    def conversation_of(self, request: Request) -> str | None:
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            return None
        try:
            return str(self._signer.loads(cookie))
        except BadSignature:
            return None

    def require(self, request: Request) -> str:
        conversation_id = self.conversation_of(request)
        if conversation_id is None:
            raise NotAllowed("会话已失效,请重新打开页面", code="no_session")
        return conversation_id

    def remember(self, request: Request, response: Response, conversation_id: str) -> None:
        framed = self._may_be_framed and "framed" in request.query_params
        response.set_cookie(
            COOKIE,
            str(self._signer.dumps(conversation_id)),
            max_age=MAX_AGE,
            httponly=True,
            samesite="none" if framed else "lax",
            secure=framed or request.url.scheme == "https",
        )
        if framed:
            _partition(response)

    def address_hash(self, request: Request) -> str:
        """Whom the limit on new sessions counts; the address itself is not kept."""
        host = request.client.host if request.client else ""
        return hmac.new(self._secret, host.encode(), hashlib.sha256).hexdigest()[:32]


def _partition(response: Response) -> None:
    """Each framing site gets a cookie of its own. By hand: Python's cookies know the attribute from 3.14 on."""
    response.headers["set-cookie"] += "; Partitioned"
