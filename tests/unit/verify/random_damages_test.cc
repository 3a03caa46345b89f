#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "unit/verify/verify_stage.h"

namespace rehome::verify {
namespace {

using support::Fault;
using test::VerifyStage;
using ::testing::UnorderedElementsAreArray;

constexpr std::uint64_t kSeeds = 24;
constexpr int kRows = 120;
constexpr int kDamages = 40;

/// Damages one thing after another and keeps what a verification has to say about each.
class Vandal {
 public:
  Vandal(VerifyStage& stage, std::uint64_t seed) : target_(stage.target), random_(seed) {
    for (const auto& user : target_.users) users_.push_back(user.id);
    for (const auto& membership : target_.memberships) memberships_.push_back(membership.id);
    for (const auto& organization : target_.organizations) {
      organizations_.push_back(organization.id);
    }
  }

  void Damage() {
    switch (random_.Below(9)) {
      case 0:
        return Drop(target_.users, users_, "user");
      case 1:
        return Drop(target_.memberships, memberships_, "membership");
      case 2:
        return Drop(target_.organizations, organizations_, "organization");
      case 3:
        return ChangeUser();
      case 4:
        return DoubleUser();
      case 5:
        return ChangeMembership();
      case 6:
        return DoubleMembership();
      case 7:
        return MoveMembership();
      default:
        return ChangeOrganization();
    }
  }
  const std::vector<std::string>& expected() const { return expected_; }

 private:
  /// An object that was not damaged yet; nullptr when there is none left.
  template <class Object>
  Object* Pick(std::vector<Object>& objects, std::vector<std::string>& ids) {
    if (ids.empty()) return nullptr;
    const std::size_t at = random_.Below(ids.size());
    const std::string id = std::exchange(ids[at], ids.back());
    ids.pop_back();
    for (Object& object : objects) {
      if (object.id == id) return &object;
    }
    return nullptr;
  }
  template <class Object>
  void Drop(std::vector<Object>& objects, std::vector<std::string>& ids, const std::string& kind) {
    Object* object = Pick(objects, ids);
    if (object == nullptr) return;
    expected_.push_back("missing " + kind + " " + object->id);
    objects.erase(objects.begin() + (object - objects.data()));
  }
  void ChangeUser() {
    support::TargetUser* user = Pick(target_.users, users_);
    if (user == nullptr) return;
    const std::vector<std::string> fields = {"first_name", "external_id", "metadata.plan",
                                             "email_verified", "email"};
    const std::string& field = fields[random_.Below(fields.size())];
    if (field == "first_name") user->first_name = "";
    if (field == "external_id") user->external_id += "x";
    if (field == "metadata.plan") user->metadata.clear();
    if (field == "email_verified") user->verified = false;
    if (field == "email") user->email.insert(0, "x");
    expected_.push_back("mismatch user " + user->id + " " + field);
  }
  void DoubleUser() {
    const support::TargetUser* user = Pick(target_.users, users_);
    if (user == nullptr) return;
    support::TargetUser twin = *user;
    twin.id = "user_01Double" + std::to_string(++doubles_);
    expected_.push_back("duplicate user " + user->id + " " + twin.id);
    if (random_.Below(2) == 0) {
      for (char& c : twin.email) c = c == 'u' ? 'U' : c;
      twin.external_id = "";
    } else {
      twin.email.insert(0, "double-");
    }
    target_.users.insert(target_.users.begin() + Place(target_.users.size()), twin);
  }
  void ChangeMembership() {
    support::TargetMembership* membership = Pick(target_.memberships, memberships_);
    if (membership == nullptr) return;
    const bool roles = random_.Below(2) == 0;
    if (roles) membership->roles = {"member"};
    if (!roles) membership->status = "inactive";
    expected_.push_back("mismatch membership " + membership->id +
                        (roles ? " role_slugs" : " status"));
  }
  void DoubleMembership() {
    const support::TargetMembership* membership = Pick(target_.memberships, memberships_);
    if (membership == nullptr) return;
    support::TargetMembership twin = *membership;
    twin.id = "om_01Double" + std::to_string(++doubles_);
    expected_.push_back("duplicate membership " + membership->id + " " + twin.id);
    target_.memberships.insert(target_.memberships.begin() + Place(target_.memberships.size()),
                               twin);
  }
  void MoveMembership() {
    support::TargetMembership* membership = Pick(target_.memberships, memberships_);
    if (membership == nullptr) return;
    const std::string before = membership->organization_id;
    while (membership->organization_id == before) {
      membership->organization_id =
          "org_01H" + std::to_string(random_.Below(3 * target_.organizations.size()));
    }
    expected_.push_back("mismatch membership " + membership->id + " organization_id");
  }
  void ChangeOrganization() {
    support::TargetOrganization* organization = Pick(target_.organizations, organizations_);
    if (organization == nullptr) return;
    const bool name = random_.Below(2) == 0;
    (name ? organization->name : organization->external_id) += "x";
    expected_.push_back("mismatch organization " + organization->id +
                        (name ? " name" : " external_id"));
  }
  std::ptrdiff_t Place(std::size_t size) {
    return static_cast<std::ptrdiff_t>(random_.Below(size + 1));
  }

  support::TargetModel& target_;
  base::Random random_;
  std::vector<std::string> users_;
  std::vector<std::string> memberships_;
  std::vector<std::string> organizations_;
  std::vector<std::string> expected_;
  int doubles_ = 0;
};

std::vector<std::string> Accused(const VerifyStage& stage) {
  std::vector<std::string> words;
  for (const model::VerificationFinding& finding : stage.findings) {
    std::string line = std::string(NameOf(finding.kind)) + " " +
                       std::string(NameOf(finding.object)) + " " + finding.target_id;
    if (finding.kind == model::FindingKind::kMismatch) line += " " + finding.field;
    if (finding.kind == model::FindingKind::kDuplicate) line += " " + finding.other_id;
    words.push_back(std::move(line));
  }
  return words;
}

class RandomDamagesTest : public ::testing::TestWithParam<int> {};

TEST_P(RandomDamagesTest, AreFoundAndNothingElse) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    VerifyStage stage;
    stage.target.lag = std::chrono::seconds(GetParam());
    stage.AddRows(kRows, 7);
    Vandal vandal(stage, seed);
    for (int i = 0; i < kDamages; ++i) vandal.Damage();
    const model::Verification verification = stage.Verify();
    ASSERT_THAT(Accused(stage), UnorderedElementsAreArray(vandal.expected())) << "seed " << seed;
    ASSERT_EQ(verification.state, model::VerificationState::kFindings) << "seed " << seed;
    ASSERT_EQ(verification.users, kRows);
    ASSERT_EQ(verification.memberships, kRows);
  }
}

// Through lost answers, errors and limits, a quarter of all.
TEST_P(RandomDamagesTest, AreFoundThroughAnUnreliableTarget) {
  constexpr Fault kFaults[] = {Fault::k500Before, Fault::kResetBefore, Fault::kNotSent,
                               Fault::kRateLimited, Fault::kTimeoutBefore};
  for (std::uint64_t seed = 1; seed <= kSeeds / 4; ++seed) {
    VerifyStage stage;
    stage.target.lag = std::chrono::seconds(GetParam());
    stage.AddRows(kRows, 7);
    Vandal vandal(stage, seed);
    for (int i = 0; i < kDamages; ++i) vandal.Damage();
    base::Random random(seed);
    stage.target.fault = [&](const http::Request&) {
      return random.Below(4) == 0 ? kFaults[random.Below(std::size(kFaults))] : Fault::kNone;
    };
    const model::Verification verification = stage.Verify();
    ASSERT_EQ(verification.why_incomplete, "") << "seed " << seed;
    ASSERT_THAT(Accused(stage), UnorderedElementsAreArray(vandal.expected())) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Lags, RandomDamagesTest, ::testing::Values(0, 2, 20));

}  // namespace
}  // namespace rehome::verify
