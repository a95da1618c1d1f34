"""Trains the language model if none of today's name is there: `python -m bot.dialogue.train --out DIR`.

Progress goes to stderr, the path of the model to stdout.
"""

import bot.dialogue.quiet  # isort: skip  (before anything of Rasa)

import argparse
import contextlib
import sys
import time
from pathlib import Path

from bot.dialogue.naming import ROOT, model_name


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, required=True)
    out = arguments.parse_args().out.resolve()
    model = out / f"{model_name()}.tar.gz"
    if not model.exists():
        train(out)
    print(model)


def train(out: Path) -> None:
    began = time.monotonic()
    _say("载入 Rasa …")
    from rasa.model_training import train as rasa_train

    bot.dialogue.quiet.quiet_logs()
    _say("训练语言模型(一般不到一分钟)…")
    with contextlib.redirect_stdout(sys.stderr):
        result = rasa_train(
            domain=str(ROOT / "domain.yml"),
            config=str(ROOT / "config.yml"),
            training_files=[str(ROOT / "data" / "nlu"), str(ROOT / "data" / "rules")],
            output=str(out),
            fixed_model_name=model_name(),
            force_training=True,
        )
    if result.code != 0 or not result.model:
        raise SystemExit("训练失败")
    _say(f"训练完成,用了 {time.monotonic() - began:.0f} 秒")


def _say(text: str) -> None:
    print(f"» {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
