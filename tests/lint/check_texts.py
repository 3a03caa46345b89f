#!/usr/bin/env python3
"""Checks of the texts in the repository; one line `file:line: fault` each, exit 1.

private  no file names a folder of the machine it was written on, and none holds a key
lengths  README and CONTRIBUTING stay short
shell    every shell script parses
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = {"README.md": 120, "CONTRIBUTING.md": 80}
SHARED_FOLDERS = {"tmp", "var", "usr", "opt", "srv", "etc", "dev", "proc", "src", "build", "data",
                  "users", "home"}  # fmt: skip
KEYS = re.compile(
    r"sk_(?:live|test)_[A-Za-z0-9]{24,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)


def files():
    """Files of the checkout: what git has, or everything outside build when git has nothing."""
    git = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
    )  # fmt: skip
    if git.returncode == 0:
        names = [name for name in git.stdout.decode().split("\0") if name]
        paths = [ROOT / name for name in names]
    else:
        paths = [path for path in ROOT.rglob("*") if (ROOT / "build") not in path.parents]
    return sorted(path for path in paths if path.is_file())


def lines_of(path):
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def private_folders():
    """The first folder of this checkout and of the home directory, unless it is on any machine."""
    names = {ROOT.parts[1], Path.home().parts[1]} if len(ROOT.parts) > 1 else set()
    return sorted(names - SHARED_FOLDERS)


def check_private():
    folders = "|".join(re.escape(name) for name in private_folders()) or r"(?!)"
    # A folder of that name at the root of the file system, not inside a longer path or address.
    path_pattern = re.compile(rf"(?:^|[\s\"'`=(:])/(?:{folders})(?:/|\b)")
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(lines_of(path), 1):
            if path_pattern.search(line):
                yield f"{name}:{number}: names a folder of this machine"
            if KEYS.search(line):
                yield f"{name}:{number}: looks like a secret key"


def check_lengths():
    for name, most in MAX_LINES.items():
        path = ROOT / name
        if path.is_file() and len(lines_of(path)) > most:
            yield f"{name}:{most + 1}: {len(lines_of(path))} lines, at most {most}"


def check_shell():
    for path in files():
        if not path.read_bytes().startswith((b"#!/usr/bin/env bash", b"#!/bin/bash", b"#!/bin/sh")):
            continue
        run = subprocess.run(["bash", "-n", path], capture_output=True, text=True)
        if run.returncode != 0:
            yield run.stderr.strip()


CHECKS = {"private": check_private, "lengths": check_lengths, "shell": check_shell}


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in CHECKS:
        print(f"usage: check_texts.py {'|'.join(CHECKS)}", file=sys.stderr)
        return 2
    faults = list(CHECKS[sys.argv[1]]())
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
