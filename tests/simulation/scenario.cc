#include "scenario.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace rehome::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool Chance(base::Random& random, std::uint64_t percent) { return random.Below(100) < percent; }

std::string Name(std::string_view what, std::uint64_t number) {
  return std::string(what) + std::to_string(number);
}

// Users of their own, users with several rows, one membership named twice, rows without an
// organization, rows that are rejected or that the target refuses.
std::vector<RowWanted> MakeRows(base::Random& random) {
  const std::uint64_t count = 6 + random.Below(35);
  const std::uint64_t organizations = 1 + random.Below(6);
  const std::uint64_t shared = random.Below(4);
  std::vector<RowWanted> rows;
  for (std::uint64_t i = 1; i <= count; ++i) {
    RowWanted row;
    row.row = static_cast<std::int64_t>(i);
    const bool is_shared = shared > 0 && Chance(random, 30);
    const std::uint64_t user = is_shared ? 1000 + random.Below(shared) : i;
    row.email = Name(Chance(random, 3) && !is_shared ? "refused" : "u", user) + "@x.example";
    row.first_name = Name("First", user);
    if (user % 3 == 0) row.external_id = Name("ext-", user);
    if (!Chance(random, 15)) row.organization = Name("acme", random.Below(organizations));
    if (!row.organization.empty() && Chance(random, 40)) {
      row.role = Chance(random, 50) ? "admin" : "member";
    }
    if (!is_shared && Chance(random, 4)) {
      row.rejected = true;
      row.email = Name("no-address-", i);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Doom MakeDoom(base::Random& random) {
  static constexpr std::array kLengths = {milliseconds(300), milliseconds(4000),
                                          milliseconds(40000), milliseconds(300000)};
  Doom doom;
  const std::uint64_t lot = random.Below(100);
  if (lot < 15) return doom;
  doom.kind = lot < 50   ? Doom::Kind::kCrash
              : lot < 58 ? Doom::Kind::kDiskFull
              : lot < 68 ? Doom::Kind::kSleep
                         : Doom::Kind::kOvertaken;
  // Many die young, since little has happened to the others that had not to them.
  doom.step = static_cast<std::int64_t>(1 + random.Below(1 + random.Below(600)));
  const milliseconds longest = kLengths[random.Below(kLengths.size())];
  const auto most = static_cast<std::uint64_t>(longest.count());
  doom.sleep = milliseconds(1 + random.Below(most));
  doom.taken_after =
      milliseconds(random.Below(static_cast<std::uint64_t>(base::ToMilliseconds(doom.sleep)) + 1));
  return doom;
}

}  // namespace

Scenario MakeScenario(std::uint64_t seed) {
  base::Random random(seed);
  Scenario scenario;
  scenario.seed = seed;
  scenario.rows = MakeRows(random);
  scenario.chunk_rows = static_cast<std::int64_t>(Chance(random, 30) ? 0 : 1 + random.Below(12));
  scenario.in_flight = static_cast<int>(1 + random.Below(24));
  scenario.workers = static_cast<int>(1 + random.Below(8));
  scenario.warm_concurrency = static_cast<int>(Chance(random, 70) ? 1 : 1 + random.Below(4));
  scenario.settings.pace =
      Chance(random, 50) ? dispatch::NoPace() : dispatch::DocumentedPace(static_cast<int>(10));
  if (Chance(random, 25)) scenario.settings.on_existing = dispatch::OnExisting::kUpdate;
  scenario.settings.refusals_before_looking_first = Chance(random, 30) ? 2 : 20;

  scenario.unique = Chance(random, 35);
  scenario.references_lag = Chance(random, 25);
  scenario.lag = Chance(random, 25) ? base::Duration(0) : milliseconds(random.Below(20001));
  scenario.server_offset = seconds(static_cast<std::int64_t>(random.Below(7))) - seconds(3);
  scenario.fault_percent = Chance(random, 20) ? 0 : random.Below(25);
  scenario.slowest = milliseconds(Chance(random, 70) ? 40 : 1500);
  for (const RowWanted& row : scenario.rows) {
    if (row.rejected) continue;
    if (scenario.unique && Chance(random, 8)) scenario.users_before.push_back(row.email);
    if (!row.organization.empty() && Chance(random, 4)) {
      scenario.organizations_before.push_back(row.organization);
    }
  }
  const auto once = [](std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  };
  once(scenario.users_before);
  once(scenario.organizations_before);
  for (int i = 0; i < kIllIncarnations - 1; ++i) scenario.dooms.push_back(MakeDoom(random));
  return scenario;
}

std::string Scenario::Csv() const {
  std::string csv =
      "email,external_id,first_name,email_verified,org_external_id,org_name,role_slugs\n";
  for (const RowWanted& row : rows) {
    const std::string name = row.organization.empty() ? "" : "The " + row.organization;
    csv += row.email + "," + row.external_id + "," + row.first_name + ",true," + row.organization +
           "," + name + "," + row.role + "\n";
  }
  return csv;
}

const RowWanted* Scenario::LeadOf(const std::string& email) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const RowWanted& row) {
    return !row.rejected && row.email == email;
  });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace rehome::simulation
