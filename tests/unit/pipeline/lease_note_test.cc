#include "pipeline/lease_note.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/text.h"
#include "journal/lock_holder.h"

namespace rehome::pipeline {
namespace {

journal::LockHolder Self() {
  journal::LockHolder self = journal::DescribeThisProcess();
  self.acquired_at = "2026-06-01T00:00:00.000Z";
  return self;
}

struct OrphanCase {
  const char* name;
  std::function<void(journal::LockHolder&)> change;
  bool orphaned;
};

const std::vector<OrphanCase> kOrphans = {
    {"gone", [](journal::LockHolder&) {}, true},
    {"of another boot", [](journal::LockHolder& holder) { holder.boot_id = "x"; }, false},
    {"of another pid namespace", [](journal::LockHolder& holder) { holder.pid_namespace = "x"; },
     false},
    {"of another host", [](journal::LockHolder& holder) { holder.host = "x"; }, false},
    {"of another user", [](journal::LockHolder& holder) { holder.user = "x"; }, false},
    {"without its start", [](journal::LockHolder& holder) { holder.start_ticks = 0; }, false},
    {"alive", [](journal::LockHolder& holder) { holder = Self(); }, false},
};

TEST(LeaseNote, IsOrphanedOnlyWhenItsProcessIsSurelyGone) {
  for (const OrphanCase& test : kOrphans) {
    SCOPED_TRACE(test.name);
    LeaseNote note;
    note.holder = Self();
    note.holder.pid = 1 << 23;  // beyond what Linux gives
    test.change(note.holder);
    EXPECT_EQ(IsOrphaned(note), test.orphaned);
  }
}

TEST(LeaseNote, KeepsToWhatATargetTakes) {
  LeaseNote note{.organization_id = "org_1", .nonce = "n", .beat = 3, .holder = Self()};
  note.holder.host = "h\xc3\xb6st\n" + std::string(1000, 'x');
  note.holder.run_id.clear();
  const directory::Metadata metadata = EncodeLeaseNote(note);
  EXPECT_LE(metadata.size(), 10U);
  for (const auto& [key, value] : metadata) {
    EXPECT_LE(key.size(), 40U);
    EXPECT_LE(value.size(), 600U);
    EXPECT_FALSE(value.empty());
    EXPECT_TRUE(base::IsPrintableAscii(value)) << value;
  }
}

}  // namespace
}  // namespace rehome::pipeline
