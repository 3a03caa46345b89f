"""Tests of tools/tidy_groups.py."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import tidy_groups  # noqa: E402

SOURCE = """#include "a.h"
#define WIDTH 3
namespace rehome::cli {
namespace {
using Kind = ControlRequest::Kind;
constexpr std::chrono::milliseconds kTick(50);
const std::array<int, 2> kTable = {1, 2};
inline constexpr double kShare = 0.5;
/// class Commented
class Watch final {
  int inside_ = 0;
};
template <class T>
struct Pair {
};
std::string Text(const std::string& text) { return text; }
std::vector<std::pair<int, int>> Pairs(
    int count) {
  int kLocal = 0;
}
bool Declared(int only);
}  // namespace
void Thing::Method() {}
}  // namespace rehome::cli
"""


class Names(unittest.TestCase):
    def test_all_that_begins_a_line_counts(self):
        self.assertEqual(
            tidy_groups.names(SOURCE),
            {"Kind", "kTick", "kTable", "kShare", "Watch", "Pair", "Text", "Pairs", "WIDTH"},
        )


class Groups(unittest.TestCase):
    def groups(self, sources, most=10):
        return tidy_groups.groups(list(sources), lambda file: file[0], sources.get, most)

    def test_no_two_of_a_group_define_a_name(self):
        one, other = "constexpr int kOne = 1;\n", "constexpr int kOther = 1;\n"
        made = self.groups({"a1": one, "a2": other, "a3": one, "a4": ""})
        self.assertEqual(made, [["a1", "a2", "a4"], ["a3"]])

    def test_files_of_another_kind_or_too_many_begin_a_new_group(self):
        self.assertEqual(self.groups({"a1": "", "b1": "", "a2": ""}), [["a1", "a2"], ["b1"]])
        self.assertEqual(self.groups({"a1": "", "a2": "", "a3": ""}, most=2), [["a1", "a2"], ["a3"]])


if __name__ == "__main__":
    unittest.main()
