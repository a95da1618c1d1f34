"""Silences what the dictionary says while it loads. Import this before anything that reads Chinese words."""

import logging
import warnings

warnings.filterwarnings("ignore", message="pkg_resources is deprecated", category=UserWarning)
warnings.filterwarnings("ignore", message="invalid escape sequence", category=DeprecationWarning)
logging.getLogger("jieba").addFilter(lambda record: record.levelno >= logging.WARNING)
