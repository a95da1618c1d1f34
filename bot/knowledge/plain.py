"""A policy's Markdown as plain text, for channels that show letters only."""

import re

_MARKS = re.compile(r"\*\*|__|`|^#{1,6}\s*", re.MULTILINE)
_RULE = re.compile(r"^\|[\s:|-]+\|$")


def plain_text_of(markdown: str) -> str:
    """Headings and emphasis lose their marks, table rows become lines, list items begin with a dot."""
    lines = [_line(line) for line in markdown.splitlines() if not _RULE.match(line.strip())]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _line(line: str) -> str:
    bare = _MARKS.sub("", line)
    if bare.strip().startswith("|"):
        return ":".join(cell.strip() for cell in bare.strip().strip("|").split("|") if cell.strip())
    return re.sub(r"^\s*[-*]\s+", "· ", bare)
