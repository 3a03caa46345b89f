#include "pipeline/target_lease.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "json/value.h"
#include "json/writer.h"
#include "pipeline/lease_note.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"

namespace rehome::pipeline {
namespace {

using std::chrono::seconds;
using support::Answered;
using Kind = http::TransportError::Kind;

/// Organizations by external_id and nothing else, one request at a time. `spoil` may put another
/// answer in place of the true one, after the request was applied or instead.
class FakeTarget {
 public:
  http::Completion Ask(const http::Request& request) {
    requests.push_back(std::string(http::NameOf(request.method)) + " " + request.target);
    if (before) {
      if (auto completion = before(request)) return *completion;
    }
    http::Completion true_one = Answer(request).completion;
    if (after) {
      if (auto completion = after(request)) return *completion;
    }
    return true_one;
  }
  void Add(const LeaseNote& note) {
    Metadata metadata;
    for (const auto& [key, value] : EncodeLeaseNote(note)) metadata[key] = value;
    organizations[note.organization_id] = metadata;
  }

  using Metadata = std::map<std::string, std::string>;
  std::map<std::string, Metadata> organizations;
  std::vector<std::string> requests;
  bool unique = true;
  std::string next_id = "org_500";
  std::function<std::optional<http::Completion>(const http::Request&)> before;
  std::function<std::optional<http::Completion>(const http::Request&)> after;

 private:
  static std::string Body(const std::string& id, const Metadata& metadata) {
    json::Writer writer;
    writer.BeginObject()
        .Field("object", "organization")
        .Field("id", id)
        .Field("external_id", kLeaseExternalId)
        .Key("metadata")
        .BeginObject();
    for (const auto& [key, value] : metadata) writer.Field(key, value);
    writer.EndObject().EndObject();
    return writer.Take();
  }
  static void Merge(Metadata& metadata, const http::Request& request) {
    const auto body = json::Parse(request.body.Reveal());
    for (const json::Member& member : body->Find("metadata")->members()) {
      metadata[member.key] = *member.value.AsString();
    }
  }
  support::Scripted Answer(const http::Request& request) {
    const std::string not_found = R"({"message":"Not Found"})";
    if (request.method == http::Method::kPost) {
      if (unique && !organizations.empty()) {
        return Answered(400, R"({"code":"external_id_already_used","message":"taken"})");
      }
      Metadata& made = organizations[next_id];
      Merge(made, request);
      return Answered(201, Body(next_id, made));
    }
    if (request.target.find("/external_id/") != std::string::npos) {
      if (organizations.empty()) return Answered(404, not_found);
      const auto& [id, metadata] = *organizations.begin();
      return Answered(200, Body(id, metadata));
    }
    if (request.target.find('?') != std::string::npos) {
      std::vector<std::string> bodies;
      for (const auto& [id, metadata] : organizations) bodies.push_back(Body(id, metadata));
      return Answered(200, R"({"object":"list","data":[)" + base::Join(bodies, ",") + "]}");
    }
    const std::string id = request.target.substr(request.target.rfind('/') + 1);
    const auto found = organizations.find(id);
    if (found == organizations.end()) return Answered(404, not_found);
    if (request.method == http::Method::kDelete) {
      organizations.erase(found);
      return Answered(202, "Accepted");
    }
    if (request.method == http::Method::kPut) Merge(found->second, request);
    return Answered(200, Body(id, found->second));
  }
};

http::Completion NoAnswer() {
  http::Completion completion;
  completion.error = {.kind = Kind::kAmbiguous, .message = "reset"};
  return completion;
}

journal::LockHolder Self() {
  journal::LockHolder self = journal::DescribeThisProcess();
  self.run_id = "run-1";
  self.acquired_at = "2026-06-01T00:00:00.000Z";
  return self;
}

LeaseNote Other(const std::string& id) {
  LeaseNote note{.organization_id = id, .nonce = "other", .beat = 3, .holder = Self()};
  note.holder.run_id = "run-0";
  note.holder.boot_id = "another machine";
  return note;
}

class Lease : public testing::Test {
 protected:
  LeaseProtocol Make(const std::string& nonce = "mine") {
    return LeaseProtocol([this](const http::Request& request) { return target.Ask(request); },
                         [this](base::Duration pause) { clock.Advance(pause); }, clock, nonce, 1);
  }
  LeaseProtocol::Taking Taken(LeaseProtocol& protocol) {
    auto taking = protocol.Take(Self());
    EXPECT_TRUE(taking.ok()) << taking.error().message;
    return taking.ok() ? *taking : LeaseProtocol::Taking{};
  }

  support::FakeClock clock;
  FakeTarget target;
};

TEST_F(Lease, IsTakenWithOneLookOneCreateAndOneList) {
  LeaseProtocol protocol = Make();
  const auto taking = Taken(protocol);
  EXPECT_TRUE(taking.ours);
  EXPECT_EQ(taking.note.holder.run_id, "run-1");
  EXPECT_EQ(target.requests.size(), 3U);
  EXPECT_EQ(clock.Now(), support::FakeClock().Now()) << "nothing was waited for";
}

TEST_F(Lease, OfALivingHolderIsNotTaken) {
  target.Add(Other("org_1"));
  LeaseProtocol protocol = Make();
  const auto taking = Taken(protocol);
  EXPECT_FALSE(taking.ours);
  EXPECT_EQ(taking.note.holder.run_id, "run-0");
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST_F(Lease, OfAProcessOfThisMachineThatIsGoneIsReplaced) {
  LeaseNote gone = Other("org_1");
  gone.holder = Self();
  gone.holder.pid = 1 << 23;  // beyond what Linux gives
  target.Add(gone);
  LeaseProtocol protocol = Make();
  EXPECT_TRUE(Taken(protocol).ours);
  ASSERT_EQ(target.organizations.size(), 1U);
  EXPECT_EQ(target.organizations.begin()->first, "org_500");
}

TEST_F(Lease, OfAnotherUsersProcessThatIsNotSeenIsLeft) {
  LeaseNote hidden = Other("org_1");
  hidden.holder = Self();
  hidden.holder.pid = 1 << 23;
  hidden.holder.user = "somebody";
  target.Add(hidden);
  LeaseProtocol protocol = Make();
  EXPECT_FALSE(Taken(protocol).ours);
}

TEST_F(Lease, IsFoundAgainAfterALostAnswerToItsCreate) {
  int posts = 0;
  target.after = [&](const http::Request& request) -> std::optional<http::Completion> {
    if (request.method == http::Method::kPost && ++posts == 1) return NoAnswer();
    return std::nullopt;
  };
  LeaseProtocol protocol = Make();
  EXPECT_TRUE(Taken(protocol).ours);
  EXPECT_EQ(posts, 1);
  EXPECT_EQ(target.organizations.size(), 1U);
}

TEST_F(Lease, ThatExistsButDoesNotShowIsSomebodysWhenLookingHasEnded) {
  target.Add(Other("org_1"));
  target.before = [](const http::Request& request) -> std::optional<http::Completion> {
    if (request.method == http::Method::kGet) {
      return Answered(404, R"({"message":"Not Found"})").completion;
    }
    return std::nullopt;
  };
  LeaseProtocol protocol = Make();
  const base::Instant begin = clock.Now();
  EXPECT_FALSE(Taken(protocol).ours);
  EXPECT_GE(clock.Now() - begin, seconds(60));
}

TEST_F(Lease, GivesWayToALowerIdWhereTheTargetLetsTwoBe) {
  target.unique = false;
  target.before = [&](const http::Request& request) -> std::optional<http::Completion> {
    // Created at the same moment as ours: not seen by our look.
    if (request.method == http::Method::kPost) target.Add(Other("org_499"));
    return std::nullopt;
  };
  LeaseProtocol protocol = Make();
  const auto taking = Taken(protocol);
  EXPECT_FALSE(taking.ours);
  EXPECT_EQ(target.organizations.count("org_500"), 0U) << "ours is withdrawn";
  EXPECT_EQ(target.organizations.count("org_499"), 1U);
}

TEST_F(Lease, AKeyThatIsRefusedIsToldAsThat) {
  target.before = [](const http::Request&) {
    return std::optional(Answered(401, R"({"message":"Unauthorized"})").completion);
  };
  LeaseProtocol protocol = Make();
  const auto taking = protocol.Take(Self());
  ASSERT_FALSE(taking.ok());
  EXPECT_EQ(taking.error().code, base::ErrorCode::kAuth);
}

TEST_F(Lease, ATargetThatDoesNotAnswerIsAskedFiveTimesInThirtySeconds) {
  target.before = [](const http::Request&) { return std::optional(NoAnswer()); };
  LeaseProtocol protocol = Make();
  const base::Instant begin = clock.Now();
  const auto taking = protocol.Take(Self());
  ASSERT_FALSE(taking.ok());
  EXPECT_EQ(taking.error().code, base::ErrorCode::kUnreachable);
  EXPECT_LE(target.requests.size(), 5U);
  EXPECT_LE(clock.Now() - begin, seconds(30));
}

struct RenewalCase {
  const char* name;
  std::function<void(FakeTarget&)> change;
  LeaseProtocol::Renewal renewal;
};

const std::vector<RenewalCase> kRenewals = {
    {"well", [](FakeTarget&) {}, LeaseProtocol::Renewal::kKept},
    {"removed", [](FakeTarget& target) { target.organizations.clear(); },
     LeaseProtocol::Renewal::kLost},
    {"another's", [](FakeTarget& target) { target.organizations["org_500"]["rehome_nonce"] = "x"; },
     LeaseProtocol::Renewal::kLost},
    {"an older one beside it", [](FakeTarget& target) { target.Add(Other("org_499")); },
     LeaseProtocol::Renewal::kLost},
    {"an older one that is gone",
     [](FakeTarget& target) {
       target.Add(Other("org_499"));
       target.before = [](const http::Request& request) -> std::optional<http::Completion> {
         if (request.target != "/organizations/org_499") return std::nullopt;
         return Answered(404, R"({"message":"Not Found"})").completion;
       };
     },
     LeaseProtocol::Renewal::kKept},
    {"a younger one beside it", [](FakeTarget& target) { target.Add(Other("org_501")); },
     LeaseProtocol::Renewal::kKept},
    {"no answer",
     [](FakeTarget& target) {
       target.before = [](const http::Request&) { return std::optional(NoAnswer()); };
     },
     LeaseProtocol::Renewal::kUnanswered},
    {"a 404 of something on the way",
     [](FakeTarget& target) {
       target.before = [](const http::Request& request) -> std::optional<http::Completion> {
         if (request.method != http::Method::kPut) return std::nullopt;
         return Answered(404, R"({"message":"Not Found"})").completion;
       };
     },
     LeaseProtocol::Renewal::kUnanswered},
};

TEST_F(Lease, RenewalsComeToWhatTheTargetSays) {
  for (const RenewalCase& test : kRenewals) {
    SCOPED_TRACE(test.name);
    target = FakeTarget();
    LeaseProtocol protocol = Make();
    LeaseNote note = Taken(protocol).note;
    test.change(target);
    EXPECT_EQ(protocol.Renew(note), test.renewal) << protocol.trouble();
    const bool told = !protocol.trouble().empty();
    EXPECT_EQ(told || test.renewal == LeaseProtocol::Renewal::kKept, true);
  }
}

TEST_F(Lease, AListThatShowsWhatIsGoneMakesNoRival) {
  LeaseNote gone = Other("org_1");
  gone.holder = Self();
  gone.holder.pid = 1 << 23;
  target.Add(gone);
  target.after = [&](const http::Request& request) -> std::optional<http::Completion> {
    if (request.target.find("search=") == std::string::npos) return std::nullopt;
    return Answered(200, R"({"object":"list","data":[{"id":"org_1","external_id":"rehome-lock"}]})")
        .completion;
  };
  LeaseProtocol protocol = Make();
  EXPECT_TRUE(Taken(protocol).ours);
}

TEST_F(Lease, AListOfACacheMakesNoRival) {
  LeaseProtocol protocol = Make();
  LeaseNote note = Taken(protocol).note;
  target.Add(Other("org_499"));
  target.after = [&](const http::Request& request) -> std::optional<http::Completion> {
    if (request.target.find("search=") == std::string::npos) return std::nullopt;
    support::Scripted cached =
        Answered(200, R"({"object":"list","data":[{"id":"org_499","external_id":"rehome-lock"}]})");
    cached.completion.response->age = "3";
    return cached.completion;
  };
  EXPECT_EQ(protocol.Renew(note), LeaseProtocol::Renewal::kKept);
}

TEST_F(Lease, SaysHowLongTheTargetAsksToWait) {
  LeaseProtocol protocol = Make();
  LeaseNote note = Taken(protocol).note;
  target.before = [](const http::Request&) {
    return std::optional(Answered(429, "{}", "60").completion);
  };
  EXPECT_EQ(protocol.Renew(note), LeaseProtocol::Renewal::kUnanswered);
  EXPECT_EQ(protocol.asked_wait(), seconds(60));
}

TEST_F(Lease, EndsItsTakingWhenItIsCancelled) {
  LeaseProtocol protocol = Make();
  const auto taking = protocol.Take(Self(), [] { return true; });
  ASSERT_FALSE(taking.ok());
  EXPECT_TRUE(target.organizations.empty());
}

TEST_F(Lease, ThatSomebodyElseUsurpedIsLostWithTheNextRenewal) {
  LeaseProtocol holder = Make("holder");
  LeaseNote note = Taken(holder).note;
  LeaseProtocol other = Make("releases");
  const auto usurped = other.Usurp(note);
  ASSERT_TRUE(usurped.ok());
  EXPECT_TRUE(*usurped);
  EXPECT_EQ(holder.Renew(note), LeaseProtocol::Renewal::kLost);
}

TEST_F(Lease, AllThatWeMayHaveLeftIsRemoved) {
  target.unique = false;
  LeaseProtocol protocol = Make();
  const LeaseNote note = Taken(protocol).note;
  LeaseNote second = note;
  second.organization_id = "org_600";
  target.Add(second);
  EXPECT_TRUE(protocol.RemoveOurs(note).ok());
  EXPECT_TRUE(target.organizations.empty());
}

TEST_F(Lease, StopsProvingItselfARequestsLifeBeforeItMayBeReleased) {
  LeaseProtocol protocol = Make();
  const base::Instant begin = clock.Now();
  const base::WallTime wall = clock.WallNow();
  LeaseNote note = Taken(protocol).note;
  const LeaseTerms never = {.beat = std::chrono::hours(1)};
  TargetLease lease(std::move(protocol), std::move(note), clock, begin, wall, never);
  clock.AdvanceTo(begin + never.lapse - never.request_life - seconds(1));
  EXPECT_EQ(lease.standing(), TargetLease::Standing::kProven);
  clock.Advance(seconds(1));
  EXPECT_EQ(lease.standing(), TargetLease::Standing::kUnproven);
}

TEST_F(Lease, OfAMachineThatSleptIsNotProvenByAClockThatStoodStill) {
  LeaseProtocol protocol = Make();
  LeaseNote note = Taken(protocol).note;
  const LeaseTerms never = {.beat = std::chrono::hours(1)};
  TargetLease lease(std::move(protocol), std::move(note), clock, clock.Now(),
                    clock.WallNow() - std::chrono::minutes(10), never);
  EXPECT_EQ(lease.standing(), TargetLease::Standing::kUnproven);
}

TEST_F(Lease, IsGivenBackAtItsEnd) {
  LeaseProtocol protocol = Make();
  LeaseNote note = Taken(protocol).note;
  {
    const TargetLease lease(std::move(protocol), std::move(note), clock, clock.Now(),
                            clock.WallNow());
    EXPECT_EQ(target.organizations.size(), 1U);
  }
  EXPECT_TRUE(target.organizations.empty());
}

}  // namespace
}  // namespace rehome::pipeline
