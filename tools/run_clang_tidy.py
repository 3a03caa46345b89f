#!/usr/bin/env python3
"""Runs clang-tidy over src/*/*.cc and skips files that passed as they are now.

Usage: tools/run_clang_tidy.py [BUILD_DIR]   (default build/asan, which clang builds)
A pass is remembered in build/tidy-cache under a hash of: the file, the headers of ours that it
reaches, its compile command (less the build folder), .clang-tidy and clang-tidy's version. Exit 1
on any finding; BUILD_DIR/clang-tidy.txt then has all of them, for tools/list_failures.py.

Sources are first looked at in groups, as one file that includes them. Those of a group with anything
to say are looked at one by one, and only that counts.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import tidy_groups

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "tidy-cache"
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
# Only for one that hangs: a file takes up to 60 s alone, several times that beside other work.
SECONDS_PER_FILE = 900


def find_clang_tidy():
    for name in ("clang-tidy-14", "clang-tidy"):
        path = shutil.which(name)
        if path:
            return path
    return None


class Sources:
    """Contents of our files, each read once, and what each reaches by quoted includes."""

    def __init__(self):
        self.content = {}

    def read(self, path):
        if path not in self.content:
            self.content[path] = path.read_bytes() if path.is_file() else None
        return self.content[path]

    def reached(self, path):
        seen = set()
        waiting = [path]
        while waiting:
            current = waiting.pop()
            if current in seen or self.read(current) is None:
                continue
            seen.add(current)
            for name in INCLUDE.findall(self.read(current)):
                waiting.append(ROOT / "src" / name.decode())
        return sorted(seen)

    def key(self, path, command, common):
        digest = hashlib.sha256(common)
        digest.update(command.encode())
        for reached in self.reached(path):
            digest.update(reached.as_posix().encode() + b"\0" + self.read(reached))
        return digest.hexdigest()


def compile_commands(build):
    """Path -> compile command, of our sources only (no tests, no header checks)."""
    entries = json.loads((build / "compile_commands.json").read_text())
    commands = {}
    for entry in entries:
        path = Path(entry["directory"], entry["file"]).resolve()
        if (ROOT / "src") in path.parents and path.suffix == ".cc":
            command = entry.get("command") or " ".join(entry["arguments"])
            commands[path] = command.replace(build.as_posix(), "")
    return commands


def tidy(clang_tidy, build, path, flags=()):
    """Findings as text; empty when the file is clean. Seconds taken."""
    begin = time.monotonic()
    command = [clang_tidy, "-p", build, "--quiet", *flags, path]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_PER_FILE)
    except subprocess.TimeoutExpired:
        return f"{path}: clang-tidy took over {SECONDS_PER_FILE} s", time.monotonic() - begin
    seconds = time.monotonic() - begin
    if run.returncode == 0:
        return "", seconds
    return (run.stdout.strip() or run.stderr.strip()), seconds


def write_groups(build, files, commands, sources):
    """A folder with a source for each group, and how to compile it. Gives source -> its files."""
    folder = build / "tidy-groups"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    entries = {Path(entry["directory"], entry["file"]).resolve(): entry
               for entry in json.loads((build / "compile_commands.json").read_text())}  # fmt: skip

    def kind(path):
        return re.sub(r" -o \S+ -c \S+$", "", commands[path])

    made = {}
    compiled = []
    for number, group in enumerate(
        tidy_groups.groups(files, kind, lambda path: sources.read(path).decode())
    ):
        source = folder / f"group_{number}.cc"
        source.write_text("".join(f'#include "{path}"\n' for path in group))
        entry = entries[group[0]]
        command = entry.get("command") or " ".join(entry["arguments"])
        compiled.append({"directory": entry["directory"], "file": source.as_posix(),
                         "command": command.replace(entry["file"], source.as_posix())})  # fmt: skip
        made[source] = group
    (folder / "compile_commands.json").write_text(json.dumps(compiled))
    return made


def clean_in_groups(clang_tidy, build, files, commands, sources):
    """The files of groups that have nothing to say."""
    made = write_groups(build, files, commands, sources)
    flags = ["--header-filter=/src/[a-z]+/[a-z0-9_]+\\.(h|cc)$", "--checks=-bugprone-suspicious-include"]
    clean = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        runs = {pool.submit(tidy, clang_tidy, build / "tidy-groups", source, flags): source
                for source in made}  # fmt: skip
        for run in concurrent.futures.as_completed(runs):
            findings, _ = run.result()
            if not findings:
                clean += made[runs[run]]
    return clean


def main():
    build = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "asan").resolve()
    clang_tidy = find_clang_tidy()
    if clang_tidy is None or not (build / "compile_commands.json").is_file():
        print(
            f"run_clang_tidy: needs clang-tidy (tools/setup test) and {build}/compile_commands.json"
            " (cmake --preset asan)",
            file=sys.stderr,
        )
        return 2
    version = subprocess.run([clang_tidy, "--version"], capture_output=True).stdout
    common = hashlib.sha256(version + (ROOT / ".clang-tidy").read_bytes()).digest()
    CACHE.mkdir(parents=True, exist_ok=True)

    commands = compile_commands(build)
    sources = Sources()
    keys = {path: sources.key(path, command, common) for path, command in commands.items()}
    remembered = {entry.name for entry in CACHE.iterdir()}
    # Large files first, so that no long one is left over for one core at the end.
    todo = [path for path in commands if keys[path] not in remembered]
    todo.sort(key=lambda path: -len(sources.read(path)))
    begin = time.monotonic()
    clean = clean_in_groups(clang_tidy, build, todo, commands, sources)
    for path in clean:
        (CACHE / keys[path]).touch()
    checked = len(todo)
    todo = [path for path in todo if path not in set(clean)]
    failed = []
    slowest = (0.0, "")
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        runs = {pool.submit(tidy, clang_tidy, build, path): path for path in todo}
        for run in concurrent.futures.as_completed(runs):
            path = runs[run]
            findings, seconds = run.result()
            slowest = max(slowest, (seconds, path.name))
            if findings:
                failed.append(findings)
                print(findings, flush=True)
            else:
                (CACHE / keys[path]).touch()
    (build / "clang-tidy.txt").write_text("\n".join(failed))
    for stale in remembered - set(keys.values()):
        (CACHE / stale).unlink()
    print(
        f"clang-tidy: {len(commands)} files, {checked} checked, {len(todo)} of them alone, in"
        f" {time.monotonic() - begin:.0f} s (slowest {slowest[0]:.0f} s {slowest[1]}),"
        f" {len(failed)} with findings"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
