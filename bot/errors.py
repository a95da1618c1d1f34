"""The family of errors, and what each branch tells the caller.

    LamplighterError
    ├── InvalidInput      what a person sent cannot be read; changes nothing                  HTTP 400/422
    ├── NotAllowed        the caller has not proved who they are                              HTTP 401/403
    ├── NotFound          there is no such record, or not for this caller                     HTTP 404
    ├── Conflict          the state has changed meanwhile (compare-and-set lost, expired)     HTTP 409
    ├── RateLimited       too many tries; `retry_after` seconds                               HTTP 429
    ├── Unavailable       something we depend on is down; trying again can help               HTTP 503
    └── ConfigurationError  a setting or a data file is wrong; a person must put it right     stops the start

`permanent` says whether the same call can succeed later without anybody changing anything.
`message` is a Chinese sentence that may be shown to whoever made the call; `detail` is for the log and never
holds a customer's words.
"""


class LamplighterError(Exception):
    code = "error"
    permanent = True

    def __init__(self, message: str, *, code: str | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        if code is not None:
            self.code = code


class InvalidInput(LamplighterError):
    code = "invalid_input"


class NotAllowed(LamplighterError):
    code = "not_allowed"


class NotFound(LamplighterError):
    code = "not_found"


class Conflict(LamplighterError):
    code = "conflict"


class RateLimited(LamplighterError):
    code = "rate_limited"
    permanent = False

    def __init__(self, message: str, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(LamplighterError):
    code = "unavailable"
    permanent = False


class ConfigurationError(LamplighterError):
    code = "configuration"
