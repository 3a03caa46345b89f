#!/usr/bin/env python3
"""Writes copies of sources from which something is taken away: make_mutant.py ROOT MUTANT FOLDER.

A mutant is a text file: lines before the first change say what is missing; then, for each change,
a line `--- FILE`, the exact text as it stands once in that file, a line `+++`, the text in its
place, and a line `===`. A text that is not found once stops the build: the source has changed, and
the mutant has to follow.
"""

import pathlib
import sys


def changes(text):
    for block in text.split("\n--- ")[1:]:
        name, body = block.split("\n", 1)
        old, rest = body.split("\n+++\n", 1)
        new = "" if rest.startswith("===") else rest.split("\n===", 1)[0]
        yield name.strip(), old, new


def main():
    root, mutant, folder = map(pathlib.Path, sys.argv[1:4])
    files = {}
    for name, old, new in changes(mutant.read_text()):
        text = files.get(name) or (root / name).read_text()
        if text.count(old) != 1:
            sys.exit(
                f"{mutant}: this text stands {text.count(old)} times in {name}, not once; the "
                f"source has changed and the mutant must follow:\n{old}"
            )
        files[name] = text.replace(old, new)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
