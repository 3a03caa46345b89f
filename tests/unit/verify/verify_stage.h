#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "csv/dialect.h"
#include "dispatch/settings.h"
#include "journal/verification_store.h"
#include "support/fake_clock.h"
#include "support/fake_journal_reader.h"
#include "support/fake_transport.h"
#include "support/target_model.h"
#include "survey/survey.h"
#include "verify/expected_objects.h"
#include "verify/read_back.h"

namespace rehome::test {

/// A run that has just ended (its file, its journal, the target with everything the run made) and
/// the reading back of it, on virtual time and without a thread.
class VerifyStage {
 public:
  VerifyStage() {
    std::string pattern = ::testing::TempDir() + "rehome-verify-XXXXXX";
    directory_ = mkdtemp(pattern.data());
    settings.pace = dispatch::NoPace();
    settings.run_id = "run.v1";
  }
  VerifyStage(const VerifyStage&) = delete;
  VerifyStage& operator=(const VerifyStage&) = delete;
  ~VerifyStage() {
    read_back.reset();
    store.reset();
    unlink(csv_path().c_str());
    rmdir(directory_.c_str());
  }

  /// An organization that the run made for the rows that follow.
  support::TargetOrganization& AddOrganization(const std::string& external_id,
                                               const std::string& name) {
    organization_ = external_id;
    organization_name_ = name;
    auto& made = target.AddOrganization({.id = "", .name = name, .external_id = external_id});
    model::Effect& effect = AddEffect(model::EffectKind::kOrganization, Row(), made.id);
    effect.key = "external_id:" + external_id;
    effect.created_at = base::FormatIso8601(made.created);
    return made;
  }

  /// A row whose user, and membership in the last organization, the run made.
  void AddRow(const std::string& email) {
    const std::int64_t row = Row();
    const std::string number = std::to_string(row);
    const support::TargetUser& user = target.AddUser({.id = "",
                                                      .email = email,
                                                      .external_id = "ext-" + number,
                                                      .first_name = "First" + number,
                                                      .verified = true,
                                                      .created = {},
                                                      .last_name = "Last" + number,
                                                      .metadata = {{"plan", "p" + number}}});
    AddEffect(model::EffectKind::kUser, row, user.id).created_at =
        base::FormatIso8601(user.created);
    lines_.push_back(email + ",First" + number + ",Last" + number + ",yes,ext-" + number +
                     ",\"{\"\"plan\"\": \"\"p" + number + "\"\"}\"," + organization_ + "," +
                     organization_name_ + "," + (organization_.empty() ? "" : "admin"));
    if (organization_.empty()) return;
    const std::string organization_id = target.organizations.back().id;
    const support::TargetMembership& membership = target.AddMembership(
        {.id = "", .user_id = user.id, .organization_id = organization_id, .roles = {"admin"}});
    model::Effect& effect = AddEffect(model::EffectKind::kMembership, row, membership.id);
    effect.user_id = user.id;
    effect.organization_id = organization_id;
    effect.role_slugs = "admin";
    effect.created_at = base::FormatIso8601(membership.created);
  }
  /// The same for so many users `user<row>@x.example`, in organizations of `each` members.
  void AddRows(int count, int each = 5) {
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(Row());
      if (i % each == 0) AddOrganization("acme" + number, "Acme " + number);
      AddRow("user" + number + "@x.example");
    }
  }
  model::Effect& EffectOf(model::EffectKind kind, std::int64_t row) {
    for (model::Effect& effect : journal.effects) {
      if (effect.kind == kind && effect.row == row) return effect;
    }
    ADD_FAILURE() << "no such effect";
    return journal.effects.front();
  }

  /// Loads what is expected and starts the reading back.
  void Start() {
    std::ofstream(csv_path(), std::ios::binary)
        << "email,first_name,last_name,email_verified,external_id,metadata,org_external_id,"
           "org_name,role_slugs\n"
        << base::Join(lines_, "\n") << "\n";
    auto header = csv::ReadHeader(csv_path(), {});
    ASSERT_TRUE(header.ok()) << header.error().message;
    auto survey = survey::SurveyFile(csv_path(), *header, {});
    ASSERT_TRUE(survey.ok()) << survey.error().message;
    auto made = journal::VerificationStore::Create(directory_ + "/verification.tmp");
    ASSERT_TRUE(made.ok()) << made.error().message;
    store = *std::move(made);
    const std::string path = csv_path();
    const auto newest = verify::LoadExpectedObjects(
        {.input = path, .header = *header, .survey = *survey, .journal = journal}, *store,
        [] { return true; });
    ASSERT_TRUE(newest.ok()) << newest.error().message;
    read_back = std::make_unique<verify::ReadBack>(
        settings, transport, clock, *store,
        [this](const model::VerificationFinding& finding) { findings.push_back(finding); });
    started = clock.Now();
    read_back->Start(*newest);
  }
  /// Runs until it has ended, or until nothing happens any more.
  void RunToEnd(std::optional<base::Instant> until = std::nullopt) {
    for (int steps = 0; steps < kMostSteps && !read_back->finished(); ++steps) {
      read_back->Poll(clock.Now());
      if (transport.Deliver() > 0) continue;
      std::optional<base::Instant> next = read_back->NextDeadline();
      if (const auto arrival = transport.NextDeadline(); arrival && (!next || *arrival < *next)) {
        next = arrival;
      }
      if (until && (!next || *next > *until)) {
        clock.AdvanceTo(*until);
        return;
      }
      if (!next) break;
      clock.AdvanceTo(*next);
      if (on_time) on_time();
    }
    EXPECT_TRUE(read_back->finished()) << "it never comes to an end";
    EXPECT_EQ(transport.CountOf(http::Method::kGet), static_cast<int>(transport.requests().size()))
        << "a verification only reads";
  }
  model::Verification Verify() {
    Start();
    if (!read_back) return {};
    RunToEnd();
    return read_back->Look();
  }
  base::Duration Passed() const { return clock.Now() - started; }
  std::string csv_path() const { return directory_ + "/users.csv"; }

  /// How each finding reads in a test: `mismatch user 3 email: a@x -> b@x`.
  std::vector<std::string> Words() const {
    std::vector<std::string> words;
    for (const model::VerificationFinding& finding : findings) {
      std::string line = std::string(NameOf(finding.kind)) + " " +
                         std::string(NameOf(finding.object)) + " " + std::to_string(finding.row);
      if (!finding.field.empty()) line += " " + finding.field;
      if (!finding.expected.empty() || !finding.found.empty()) {
        line += ": " + finding.expected + " -> " + finding.found;
      }
      words.push_back(std::move(line));
    }
    return words;
  }

  dispatch::DispatchSettings settings;
  support::FakeClock clock;
  support::TargetModel target{clock};
  support::FakeJournalReader journal;
  /// Answers in the target's place; nothing = the target answers.
  std::function<std::optional<support::Scripted>(const http::Request&)> intercept;
  /// Called whenever time has passed.
  std::function<void()> on_time;
  support::FakeTransport transport{clock, [this](const http::Request& request) {
                                     if (intercept) {
                                       if (auto scripted = intercept(request)) return *scripted;
                                     }
                                     return target.Answer(request);
                                   }};
  std::unique_ptr<journal::VerificationStore> store;
  std::unique_ptr<verify::ReadBack> read_back;
  std::vector<model::VerificationFinding> findings;
  base::Instant started{};

 private:
  static constexpr int kMostSteps = 2'000'000;

  std::int64_t Row() const { return static_cast<std::int64_t>(lines_.size()) + 1; }
  model::Effect& AddEffect(model::EffectKind kind, std::int64_t row, const std::string& id) {
    model::Effect effect;
    effect.kind = kind;
    effect.row = row;
    effect.target_id = id;
    effect.state = model::EffectState::kDone;
    effect.outcome = model::OutcomeKind::kCreated;
    effect.provenance = model::Provenance::kCreated;
    journal.effects.push_back(std::move(effect));
    return journal.effects.back();
  }

  std::string directory_;
  std::string organization_;
  std::string organization_name_;
  std::vector<std::string> lines_;
};

}  // namespace rehome::test
