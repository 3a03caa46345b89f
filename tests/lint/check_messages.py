#!/usr/bin/env python3
"""Checks docs/what-to-watch.md against the sources; one line each, exit 1.

Every message that the page quotes stands in the literals of one source file, every line that a run
says, warns of or stops with is quoted there, and it has each exit code.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "what-to-watch.md"
# Where what is variable stands in a quoted message.
VARIABLE = "…"
# One literal, or several that the compiler puts together.
LITERALS = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')
# What a run says while it goes on; what ends or delays it.
SAID = re.compile(
    r"(?:\.|->)(?:Say|Tell)\(|\b(?:PrintWarning|PrintLine|Remark|warn)\((?=\"warning: |\w+, \"|\")"
    r"|ErrorCode::k(?:Limit|Auth|Tls|Unreachable|DiskFull),"
)
FLOORS = ("cli", "pipeline", "dispatch", "journal", "verify")
ESCAPES = {"\\n": "\n", '\\"': '"', "\\\\": "\\"}


def literals_of(code):
    """The texts of its literals; those that stand side by side are one."""
    code = re.sub(r"^\s*(//|#include).*$", "", code, flags=re.MULTILINE)
    for match in LITERALS.finditer(code):
        joined = "".join(part[1:-1] for part in re.findall(r'"(?:[^"\\\n]|\\.)*"', match.group()))
        yield re.sub(r'\\[n"\\]', lambda escape: ESCAPES[escape.group()], joined)


def first_cells_of(page, heading):
    """Those of the tables whose first column has this heading, each with its line."""
    in_table = False
    for number, line in enumerate(page.splitlines(), 1):
        if not line.startswith("|"):
            in_table = False
            continue
        first = line.split("|")[1].strip()
        if in_table:
            yield number, first
        in_table = in_table or first == heading


def messages_of(page):
    """The messages that the page quotes, each with its line."""
    for number, cell in first_cells_of(page, "Message"):
        for message in re.findall(r"`([^`]+)`", cell):
            yield number, message


def fragments_of(message):
    """What of a message is the same in each run; signs at its ends may come from another literal."""
    parts = [part.strip(" :;,.()·`") for part in message.split(VARIABLE)]
    return [part for part in parts if re.search(r"[A-Za-z]", part)]


def is_said(message, files):
    """Whether one file says all of it."""
    fragments = fragments_of(message)
    return bool(fragments) and any(
        all(any(part in text for text in texts) for part in fragments) for texts in files.values()
    )


def said_by(code):
    """What the code tells people, as lists of literals, one for each call."""
    for match in SAID.finditer(code):
        rest = code[match.end() :]
        end = re.search(r"\)?;\n|\)\}|\n\n", rest)
        texts = list(literals_of(rest[: end.start() if end else None]))
        texts = [text for text in texts if len(re.findall(r"[A-Za-z]", text)) >= 8]
        if texts:
            yield texts


def exit_codes_of(code):
    return set(re.findall(r"^\s*k[A-Z]\w+ = (\d+),", code, re.MULTILINE))


def faults_of(page, sources):
    """`sources` by name. What the page quotes and nobody says, and what is said and not on it."""
    cells = " ".join(cell for _, cell in first_cells_of(page, "Exit"))
    explained = set(re.findall(r"\d+", cells))
    for code in sorted(exit_codes_of(sources["cli/exit_code.h"]) ^ explained, key=int):
        yield f"what-to-watch.md: exit code {code} is only here or only in cli/exit_code.h"
    files = {name: list(literals_of(code)) for name, code in sources.items()}
    quoted = list(messages_of(page))
    for number, message in quoted:
        if not is_said(message, files):
            yield f"what-to-watch.md:{number}: no source file says `{message}`"
    known = [part for _, message in quoted for part in fragments_of(message)]
    for name, code in sources.items():
        if not name.startswith(FLOORS):
            continue
        for texts in said_by(code):
            if not any(part in text for text in texts for part in known if len(part) >= 8):
                yield f"{name}: says what what-to-watch.md does not explain: {texts[0]!r}"


def main():
    paths = sorted((ROOT / "src").rglob("*.cc")) + sorted((ROOT / "src").rglob("*.h"))
    sources = {path.relative_to(ROOT / "src").as_posix(): path.read_text() for path in paths}
    faults = list(faults_of(PAGE.read_text(), sources))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
