#include "sandbox/page.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

/// Five organizations o1 … o5, created in this order; lists are written as their digits.
class SandboxPages : public testing::Test {
 protected:
  SandboxPages() {
    for (int i = 1; i <= 5; ++i) ids_.push_back(peer_.CreateOrganization("o" + std::to_string(i)));
  }

  // `$3` in `query` stands for the id of o3.
  json::Value List(std::string query) {
    for (std::size_t at = query.find('$'); at != std::string::npos; at = query.find('$')) {
      query.replace(at, 2, ids_[static_cast<std::size_t>(query[at + 1] - '1')]);
    }
    const Response response = peer_.Get("/organizations?" + query);
    EXPECT_EQ(response.status, 200) << response.body;
    return ParseBody(response);
  }

  // `543 before=- after=3`: the digits of the list and of its cursors.
  std::string Show(const std::string& query) {
    const json::Value body = List(query);
    std::string shown;
    for (const json::Value& object : body.Find("data")->elements()) {
      shown += object.StringAt("name").substr(1);
    }
    const json::Value* cursors = body.Find("list_metadata");
    return shown + " before=" + Digit(cursors->StringAt("before")) +
           " after=" + Digit(cursors->StringAt("after"));
  }

  std::string Digit(std::string_view id) const {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (ids_[i] == id) return std::to_string(i + 1);
    }
    return "-";
  }

  ServicePeer peer_;
  std::vector<std::string> ids_;
};

TEST_F(SandboxPages, WalksInEitherOrderFromEitherCursor) {
  struct Case {
    const char* name;
    const char* query;
    const char* shown;
  };
  const std::vector<Case> cases = {
      {"newest first", "", "54321 before=- after=-"},
      {"first page", "limit=2", "54 before=- after=4"},
      {"second page", "limit=2&after=$4", "32 before=3 after=2"},
      {"last page", "limit=2&after=$2", "1 before=1 after=-"},
      {"past the end", "after=$1", " before=- after=-"},
      {"back to the first page", "limit=2&before=$3", "54 before=- after=4"},
      {"back by one page", "limit=2&before=$1", "32 before=3 after=2"},
      {"exactly full", "limit=5", "54321 before=- after=-"},
      {"oldest first", "order=asc&limit=2", "12 before=- after=2"},
      {"oldest first, on", "order=asc&limit=2&after=$2", "34 before=3 after=4"},
      {"oldest first, back", "order=asc&limit=2&before=$4", "23 before=2 after=3"},
      {"normal swaps the cursors", "order=normal&limit=2&before=$4", "32 before=3 after=2"},
      {"cursors count before the filter", "search=o&limit=2&after=$4", "32 before=3 after=2"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    EXPECT_EQ(Show(test.query), test.shown);
  }
}

TEST_F(SandboxPages, GoesOnBehindAnObjectThatWasDeleted) {
  peer_.Delete("/organizations/" + ids_[2]);
  EXPECT_EQ(Show("limit=1&after=$3"), "2 before=2 after=2");
}

TEST_F(SandboxPages, RefusesParametersThatAreNotLegal) {
  for (const char* query : {"limit=0", "limit=101", "limit=ten", "order=up", "after=org_x"}) {
    SCOPED_TRACE(query);
    const Response response = peer_.Get("/organizations?" + std::string(query));
    EXPECT_EQ(response.status, 422);
    EXPECT_TRUE(Codes(response).starts_with("invalid_request_parameters ")) << response.body;
  }
}

TEST(SandboxPaging, ShowsTenUnlessAskedForMore) {
  ServicePeer peer;
  for (int i = 0; i < 120; ++i) peer.CreateOrganization("o");
  EXPECT_EQ(base::Split(ListedIds(peer.Get("/organizations")), ' ').size(), 10U);
  EXPECT_EQ(base::Split(ListedIds(peer.Get("/organizations?limit=100")), ' ').size(), 100U);
}

}  // namespace
}  // namespace rehome::sandbox
