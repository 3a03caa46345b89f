#!/usr/bin/env python3
"""Checks the rules of the house that no compiler knows: one line `file:line: fault` each, exit 1.

The floors and what each may include are read from src/CMakeLists.txt, so there is one truth.
Usage: tools/check_layers.py [ROOT]   (default: the checkout this file is in)
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

MAX_LINES = 400

# Third-party header -> the floors it may be used in, each in one .cc.
HOMES = [
    (re.compile(r"libfccp/"), "fast-cpp-csv-parser", {"csv"}),
    (re.compile(r"simdjson(\.h$|/)"), "simdjson", {"json"}),
    (re.compile(r"curl/"), "libcurl", {"http"}),
    (re.compile(r"sqlite3\.h$"), "SQLite", {"journal"}),
    (re.compile(r"libpq-fe\.h$|postgresql/"), "libpq", {"journal"}),
    (re.compile(r"(oneapi/)?tbb[/.]"), "oneTBB", {"dispatch", "pipeline"}),
    (re.compile(r"boost/"), "Boost", {"sandbox"}),
    (re.compile(r"CLI/"), "CLI11", {"cli"}),
    (re.compile(r"openssl/"), "OpenSSL", {"base"}),
    (re.compile(r"xxh(ash|_x86dispatch)\.h$"), "xxHash", {"base"}),
]
SYSTEM_HEADER = re.compile(
    r"[a-z_]+$"  # the C++ standard library: <string_view>
    r"|(sys|linux|netinet|arpa|net)/[a-z_]+\.h$"
    r"|(dirent|errno|fcntl|getopt|glob|locale|malloc|netdb|poll|pthread|pwd|sched|signal|spawn|stdio"
    r"|stdlib|string|strings|sysexits|termios|time|unistd|immintrin|wmmintrin|emmintrin)\.h$"
)
# Word -> floors that may use it. Comments and literals do not count.
FORBIDDEN = [
    (re.compile(r"\bthrow\b"), "`throw`: our code returns Result", set()),
    (re.compile(r"\bstd::regex\b"), "`std::regex`: write a linear check by hand", set()),
    (re.compile(r"\busing\s+namespace\b"), "`using namespace`: spell the namespace", set()),
    (re.compile(r"\bstd::(cout|cerr|clog)\b"), "`std::cout`/`std::cerr`: only cli prints", {"cli"}),
    (re.compile(r"\bstd::(quick_)?exit\b"), "`std::exit`: return a Status to main", set()),
    (
        re.compile(r"(^|[^\w.>])(sleep|usleep|nanosleep|sleep_for|sleep_until)\s*\("),
        "`sleep`: wait through base::Clock",
        {"base", "journal", "cli"},  # the run lock and `--watch` wait for others, in real time
    ),
]
LITERALS = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r'|R"([^()\\\s]{0,16})\(.*?\)\1"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
NAMESPACE = re.compile(r"^[ \t]*(?:inline[ \t]+)?namespace[ \t]+([\w:]+)[ \t]*\{", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    path: str
    line: int
    text: str


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def code_only(text):
    """`text` with comments and literals blanked, line breaks kept."""
    return LITERALS.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def read_floors(cmake, faults):
    """Floor -> floors it may include, as src/CMakeLists.txt declares them, lowest first."""
    text = re.sub(r"#[^\n]*", "", cmake.read_text())
    floors = {}
    for call in re.finditer(r"^rehome_floor\(([^)]*)\)", text, re.MULTILINE):
        name, *words = call.group(1).split()
        below = []
        if "FLOORS" in words:
            for word in words[words.index("FLOORS") + 1 :]:
                if word.isupper():
                    break
                below.append(word)
        for floor in below:
            if floor not in floors:
                line = line_of(text, call.start())
                faults.append(
                    Fault("src/CMakeLists.txt", line, f"{name} may not stand on {floor}: not below")
                )
        floors[name] = set(below)
    if not floors:
        faults.append(Fault("src/CMakeLists.txt", 1, "declares no floor with rehome_floor()"))
    return floors


def check_include(path, floor, line, ours, theirs, floors, faults, homes):
    if ours is not None:
        target = ours.split("/")[0]
        if "/" not in ours or target not in floors:
            faults.append(Fault(path, line, f'"{ours}" must spell its floor, as in "base/text.h"'))
        elif target != floor and target not in floors.get(floor, set()):
            faults.append(Fault(path, line, f'upward include "{ours}": {floor} may not use {target}'))
        return
    for pattern, library, allowed in HOMES:
        if not pattern.match(theirs):
            continue
        if path.endswith(".h"):
            faults.append(Fault(path, line, f"<{theirs}> in a header of ours: only in a .cc"))
        elif floor not in allowed:
            home = " and ".join(sorted(allowed))
            faults.append(Fault(path, line, f"<{theirs}>: {library} lives only in {home}"))
        else:
            homes.setdefault((library, floor), {}).setdefault(path, line)
        return
    if not SYSTEM_HEADER.match(theirs):
        faults.append(Fault(path, line, f"<{theirs}> is no standard header and has no home floor"))


def check_source(path, floor, text, floors, faults, homes):
    # Includes are read from the raw text: a quoted include looks like a literal.
    for found in INCLUDE.finditer(text):
        line = line_of(text, found.start())
        check_include(path, floor, line, found[1], found[2], floors, faults, homes)
    code = code_only(text)
    if path.endswith(".h") and not re.match(r"\s*#pragma once\n", code):
        faults.append(Fault(path, 1, "#pragma once is missing at the top"))
    own = f"rehome::{floor}"
    named = list(NAMESPACE.finditer(code))
    for found in named:
        if found[1] != own and not found[1].startswith(own + "::"):
            line = line_of(code, found.start(1))
            faults.append(Fault(path, line, f"namespace {found[1]}: this folder is {own}"))
    if not named and not path.endswith("/main.cc"):
        faults.append(Fault(path, 1, f"nothing is in namespace {own}"))
    for word, fault, allowed in FORBIDDEN:
        if floor in allowed:
            continue
        for found in word.finditer(code):
            faults.append(Fault(path, line_of(code, found.end() - 1), f"forbidden {fault}"))
    for found in re.finditer(r"\bTODO\b", text):
        faults.append(Fault(path, line_of(text, found.start()), "forbidden `TODO`: file an issue"))


def check_own_header_first(path, text, root, faults):
    """A .cc that begins with its own header shows that the header compiles alone; the build checks
    by themselves only headers without a .cc."""
    own = Path(path).with_suffix(".h")
    if not path.endswith(".cc") or not (root / own).is_file():
        return
    first = INCLUDE.search(text)
    name = "/".join(own.parts[1:])
    if first is None or first[1] != name:
        line = line_of(text, first.start()) if first else 1
        faults.append(Fault(path, line, f'"{name}" must be the first include'))


def check_lengths(root, faults):
    for folder in ("src", "tests", "tools"):
        for path in sorted((root / folder).rglob("*")):
            is_tool = folder == "tools" and path.suffix == "" and path.is_file()
            if not is_tool and path.suffix not in (".h", ".cc", ".py", ".sh", ".txt"):
                continue
            lines = path.read_bytes().count(b"\n")
            if lines > MAX_LINES:
                name = path.relative_to(root).as_posix()
                text = f"{lines} lines; split by concept at {MAX_LINES}"
                faults.append(Fault(name, lines, text))


def check(root):
    faults = []
    floors = read_floors(root / "src" / "CMakeLists.txt", faults)
    homes = {}
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        name = path.relative_to(root).as_posix()
        parts = path.relative_to(root / "src").parts
        if len(parts) != 2 or parts[0] not in floors:
            faults.append(Fault(name, 1, "lies on no floor: src/<floor>/<file>"))
            continue
        text = path.read_text()
        check_source(name, parts[0], text, floors, faults, homes)
        check_own_header_first(name, text, root, faults)
    for (library, floor), users in homes.items():
        for path, line in sorted(users.items())[1:]:
            first = min(users)
            text = f"{library} has two homes in {floor}: {first} has it already"
            faults.append(Fault(path, line, text))
    check_lengths(root, faults)
    return sorted(faults, key=lambda fault: (fault.path, fault.line, fault.text))


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    faults = check(root)
    for fault in faults:
        print(f"{fault.path}:{fault.line}: {fault.text}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
