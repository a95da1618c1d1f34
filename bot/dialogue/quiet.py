"""Silences what Rasa and its libraries would say, send or log by themselves. Import this before anything of Rasa."""

import logging
import os
import warnings

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("LOG_LEVEL", "WARNING")
warnings.filterwarnings("ignore")
# Several libraries put the filters back when they are imported; nothing of what they then warn of is ours.
warnings.showwarning = lambda *args, **kwargs: None


def quiet_logs() -> None:
    """Only warnings and worse, and none of Rasa's debug events, which hold the customer's words."""
    import structlog

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for name in ("rasa", "sanic", "jieba", "asyncio", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
