"""The name of the model of today's data: a hash of everything it depends on. Standard library only."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INGREDIENTS = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/lexicon",
    "bot/dialogue",
    "bot/language",
    "requirements/rasa.lock",
)
SUFFIXES = {".yml", ".py", ".txt", ".lock"}


def model_name(root: Path = ROOT) -> str:
    """`model-` and 16 hex digits; the same data gives the same name on every machine."""
    digest = hashlib.sha256()
    for ingredient in INGREDIENTS:
        for path in _files(root / ingredient):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return f"model-{digest.hexdigest()[:16]}"


def _files(path: Path) -> "list[Path]":
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES)


if __name__ == "__main__":
    print(model_name())
