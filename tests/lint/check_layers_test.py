#!/usr/bin/env python3
"""Runs tools/check_layers.py on small doctored trees and expects exactly the faults put in."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "check_layers.py"

CMAKE = """rehome_floor(base LIBRARIES OpenSSL::Crypto)
rehome_floor(csv FLOORS base INCLUDES ${FCCP_INCLUDE_DIR})
rehome_floor(http FLOORS base LIBRARIES CURL::libcurl)
rehome_floor(dispatch FLOORS base http
  LIBRARIES TBB::tbb)
rehome_floor(cli FLOORS base csv http dispatch)
"""


def header(floor, body=""):
    return f"#pragma once\n{body}\nnamespace rehome::{floor} {{}}\n"


def source(floor, body=""):
    return f"{body}\nnamespace rehome::{floor} {{}}\n"


# name, {path: text}, expected lines
CASES = [
    (
        "a clean tree has no fault",
        {
            "src/base/text.h": header("base", "#include <string_view>\n#include <sys/stat.h>"),
            "src/http/curl.cc": source("http", '#include "base/text.h"\n#include <curl/curl.h>'),
            "src/cli/main.cc": '#include "dispatch/a.h"\nint main() {}\n',
            "src/dispatch/a.h": header("dispatch", '#include "http/b.h"'),
            "src/http/b.h": header("http"),
        },
        [],
    ),
    (
        "an upward include is a fault",
        {"src/base/text.h": header("base", '#include "http/b.h"')},
        ['src/base/text.h:2: upward include "http/b.h": base may not use http'],
    ),
    (
        "an include that skips a wall is a fault",
        {"src/http/b.h": header("http", '#include "csv/reader.h"')},
        ['src/http/b.h:2: upward include "csv/reader.h": http may not use csv'],
    ),
    (
        "a .cc that does not begin with its own header is a fault",
        {
            "src/http/b.h": header("http"),
            "src/http/b.cc": source("http", '#include <string>\n#include "http/b.h"'),
        },
        ['src/http/b.cc:1: "http/b.h" must be the first include'],
    ),
    (
        "an include without its floor is a fault",
        {"src/http/b.h": header("http", '#include "b.h"')},
        ['src/http/b.h:2: "b.h" must spell its floor, as in "base/text.h"'],
    ),
    (
        "a third-party header away from home is a fault",
        {"src/http/b.cc": source("http", "#include <libfccp/csv.h>")},
        ["src/http/b.cc:1: <libfccp/csv.h>: fast-cpp-csv-parser lives only in csv"],
    ),
    (
        "a third-party header in one of our headers is a fault",
        {"src/http/b.h": header("http", "#include <curl/curl.h>")},
        ["src/http/b.h:2: <curl/curl.h> in a header of ours: only in a .cc"],
    ),
    (
        "a third-party header in two files of its home is a fault",
        {
            "src/dispatch/a.cc": source("dispatch", "#include <tbb/flow_graph.h>"),
            "src/dispatch/b.cc": source("dispatch", "#include <oneapi/tbb/task.h>"),
        },
        ["src/dispatch/b.cc:1: oneTBB has two homes in dispatch: src/dispatch/a.cc has it already"],
    ),
    (
        "an unknown third-party header is a fault",
        {"src/base/a.cc": source("base", "#include <fmt/format.h>")},
        ["src/base/a.cc:1: <fmt/format.h> is no standard header and has no home floor"],
    ),
    (
        "a header without pragma once is a fault",
        {"src/base/a.h": "namespace rehome::base {}\n"},
        ["src/base/a.h:1: #pragma once is missing at the top"],
    ),
    (
        "a namespace of another floor is a fault",
        {"src/http/b.h": "#pragma once\nnamespace rehome::csv {}\nnamespace rehome::http {}\n"},
        ["src/http/b.h:2: namespace rehome::csv: this folder is rehome::http"],
    ),
    (
        "code in no namespace is a fault",
        {"src/http/b.cc": "int Number() { return 1; }\n"},
        ["src/http/b.cc:1: nothing is in namespace rehome::http"],
    ),
    (
        "forbidden words are faults with their line",
        {
            "src/http/b.cc": source(
                "http",
                "void A() { throw 1; }\nusing namespace std;\nstd::regex r;\n"
                "void B() { std::cout << 1; std::exit(1); }\nvoid C() { sleep(1); }\n// TODO: x",
            )
        },
        [
            "src/http/b.cc:1: forbidden `throw`: our code returns Result",
            "src/http/b.cc:2: forbidden `using namespace`: spell the namespace",
            "src/http/b.cc:3: forbidden `std::regex`: write a linear check by hand",
            "src/http/b.cc:4: forbidden `std::cout`/`std::cerr`: only cli prints",
            "src/http/b.cc:4: forbidden `std::exit`: return a Status to main",
            "src/http/b.cc:5: forbidden `sleep`: wait through base::Clock",
            "src/http/b.cc:6: forbidden `TODO`: file an issue",
        ],
    ),
    (
        "words in comments and literals are no faults",
        {
            "src/http/b.cc": source(
                "http",
                '// third parties throw\n/* std::exit */ const char* a = "throw std::regex";\n'
                "int b = 1'000; const char* c = R\"(using namespace \")\"; char d = '\"';",
            )
        },
        [],
    ),
    (
        "only cli may print",
        {"src/cli/a.cc": source("cli", "void A() { std::cerr << 1; }")},
        [],
    ),
    (
        "a file on no floor is a fault",
        {"src/misc/a.h": header("misc")},
        ["src/misc/a.h:1: lies on no floor: src/<floor>/<file>"],
    ),
    (
        "a file of more than 400 lines is a fault",
        {"tests/long_test.cc": "\n" * 401, "tools/fine": "\n" * 400},
        ["tests/long_test.cc:401: 401 lines; split by concept at 400"],
    ),
    (
        "a floor that stands on a higher one is a fault",
        {"src/CMakeLists.txt": "rehome_floor(base FLOORS csv)\nrehome_floor(csv FLOORS base)\n"},
        ["src/CMakeLists.txt:1: base may not stand on csv: not below"],
    ),
]


class CheckLayers(unittest.TestCase):
    def test_finds_exactly_the_faults_put_in(self):
        for name, files, expected in CASES:
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                for path, text in {"src/CMakeLists.txt": CMAKE, **files}.items():
                    target = Path(folder, path)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text)
                run = subprocess.run(
                    [sys.executable, TOOL, folder], capture_output=True, text=True, timeout=20
                )
                self.assertEqual(run.stdout.splitlines(), expected, run.stderr)
                self.assertEqual(run.returncode, 1 if expected else 0)


if __name__ == "__main__":
    unittest.main()
