"""The language model as a file named by everything it depends on; trained in Rasa's environment when it is missing."""

import os
import subprocess
from pathlib import Path

from bot.errors import ConfigurationError
from bot.processes.parent import die_with
from bot.settings import ROOT

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


def current_model(models_dir: Path) -> Path:
    """Where the model of today's data lies, trained or not."""
    command = [str(RASA_PYTHON), "-m", "bot.dialogue.naming"]
    named = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if named.returncode != 0:
        raise ConfigurationError("对话环境 .venv-rasa 不能用,请运行 make setup")
    return models_dir.resolve() / f"{named.stdout.strip()}.tar.gz"


def train_model(models_dir: Path) -> Path:
    """The model of today's data; trains it, showing progress on stderr, only if there is none yet."""
    model = current_model(models_dir)
    if model.exists():
        return model
    model.parent.mkdir(parents=True, exist_ok=True)
    command = [str(RASA_PYTHON), "-m", "bot.dialogue.train", "--out", str(model.parent)]
    trained = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=die_with(os.getpid()))
    if trained.returncode != 0 or not model.exists():
        raise ConfigurationError("模型没有训练成,原因见上面的输出")
    return model
