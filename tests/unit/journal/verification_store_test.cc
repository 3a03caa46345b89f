#include "journal/verification_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"

namespace rehome::journal {
namespace {

using model::EffectKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class VerificationStoreTest : public ::testing::Test {
 protected:
  VerificationStoreTest() {
    std::string pattern = ::testing::TempDir() + "rehome-store-XXXXXX";
    directory_ = mkdtemp(pattern.data());
    Create();
  }
  ~VerificationStoreTest() override {
    store.reset();
    rmdir(directory_.c_str());
  }

  std::string path() const { return directory_ + "/verification.tmp"; }
  void Create() {
    auto made = VerificationStore::Create(path());
    ASSERT_TRUE(made.ok()) << made.error().message;
    store = *std::move(made);
  }
  void Add(EffectKind kind, std::int64_t row, const std::string& id,
           const std::vector<std::string>& keys, const std::string& organization = "") {
    ASSERT_TRUE(store
                    ->Add({.number = 0,
                           .kind = kind,
                           .row = row,
                           .target_id = id,
                           .organization_id = organization,
                           .depth = ExpectedObject::Depth::kExistence,
                           .fields = "{}"},
                          keys)
                    .ok());
  }
  std::vector<std::string> Ids(const base::Result<std::vector<ExpectedObject>>& objects) {
    std::vector<std::string> ids;
    EXPECT_TRUE(objects.ok());
    if (objects.ok()) {
      for (const ExpectedObject& object : *objects) ids.push_back(object.target_id);
    }
    return ids;
  }

  std::unique_ptr<VerificationStore> store;

 private:
  std::string directory_;
};

TEST_F(VerificationStoreTest, AnObjectIsFoundByEachOfItsKeysAsItWasAdded) {
  Add(EffectKind::kUser, 7, "user_1", {"id 1", "email a"});
  Add(EffectKind::kMembership, 8, "om_1", {"id 2"}, "org_1");
  ASSERT_TRUE(store->Seal().ok());
  EXPECT_THAT(Ids(store->Find("email a")), ElementsAre("user_1"));
  EXPECT_THAT(Ids(store->Find("email b")), IsEmpty());
  const auto found = store->Find("id 2");
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1U);
  const ExpectedObject& object = found->front();
  EXPECT_EQ(object.number, 2);
  EXPECT_EQ(object.kind, EffectKind::kMembership);
  EXPECT_EQ(object.row, 8);
  EXPECT_EQ(object.organization_id, "org_1");
  EXPECT_EQ(object.depth, ExpectedObject::Depth::kExistence);
  EXPECT_EQ(object.fields, "{}");
}

TEST_F(VerificationStoreTest, SeveralObjectsMayShareAKey) {
  Add(EffectKind::kUser, 1, "user_1", {"email a"});
  Add(EffectKind::kUser, 2, "user_2", {"email a"});
  ASSERT_TRUE(store->Seal().ok());
  EXPECT_THAT(Ids(store->Find("email a")), UnorderedElementsAre("user_1", "user_2"));
  EXPECT_EQ(*store->Count(EffectKind::kUser), 2);
  EXPECT_EQ(*store->Count(EffectKind::kOrganization), 0);
}

TEST_F(VerificationStoreTest, GroupsOfMembershipsComeOneByOne) {
  for (int i = 0; i < 5; ++i) {
    Add(EffectKind::kMembership, i + 1, "om_" + std::to_string(i), {}, i < 2 ? "org_b" : "org_a");
  }
  Add(EffectKind::kUser, 1, "user_1", {});
  ASSERT_TRUE(store->Seal().ok());
  const auto first = store->NextGroup("");
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ((*first)->organization_id, "org_a");
  EXPECT_EQ((*first)->memberships, 3);
  const auto second = store->NextGroup("org_a");
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_EQ((*second)->organization_id, "org_b");
  EXPECT_FALSE(store->NextGroup("org_b")->has_value());
}

TEST_F(VerificationStoreTest, OnlyTheUnseenOfAGroupAreSuspected) {
  Add(EffectKind::kMembership, 1, "om_1", {}, "org_a");
  Add(EffectKind::kMembership, 2, "om_2", {}, "org_a");
  Add(EffectKind::kMembership, 3, "om_3", {}, "org_b");
  ASSERT_TRUE(store->Seal().ok());
  EXPECT_TRUE(*store->MarkSeen(1));
  EXPECT_FALSE(*store->MarkSeen(1)) << "the second time is not new";
  using Which = VerificationStore::Which;
  ASSERT_TRUE(store->SuspectObjects(EffectKind::kMembership, "org_a", Which::kUnseen).ok());
  EXPECT_THAT(Ids(store->Suspected(0, 10)), ElementsAre("om_2"));
  ASSERT_TRUE(store->SuspectObjects(EffectKind::kMembership, "org_a", Which::kAll).ok());
  EXPECT_THAT(Ids(store->Suspected(0, 10)), ElementsAre("om_1", "om_2"));
  EXPECT_THAT(Ids(store->Suspected(0, 1)), ElementsAre("om_1"));
  EXPECT_THAT(Ids(store->Suspected(1, 10)), ElementsAre("om_2"));
  ASSERT_TRUE(store->Clear(1).ok());
  EXPECT_THAT(Ids(store->Suspected(0, 10)), ElementsAre("om_2"));
}

TEST_F(VerificationStoreTest, DoublesAreKeptOncePerObject) {
  Add(EffectKind::kUser, 1, "user_1", {});
  ASSERT_TRUE(store->Seal().ok());
  ASSERT_TRUE(store->Suspect(1, "").ok());
  ASSERT_TRUE(store->AddDouble(1, "user_9").ok());
  ASSERT_TRUE(store->AddDouble(1, "user_8").ok());
  ASSERT_TRUE(store->AddDouble(1, "user_9").ok());
  EXPECT_THAT(Ids(store->Suspected(0, 10)), ElementsAre("user_1"));
  EXPECT_THAT(*store->DoublesOf(1), ElementsAre("user_8", "user_9"));
  EXPECT_THAT(*store->DoublesOf(2), IsEmpty());
}

TEST_F(VerificationStoreTest, WhatWasShownFirstOfASuspectIsKept) {
  Add(EffectKind::kUser, 1, "user_1", {});
  ASSERT_TRUE(store->Seal().ok());
  EXPECT_EQ(*store->ShownOf(1), "");
  using Which = VerificationStore::Which;
  ASSERT_TRUE(store->SuspectObjects(EffectKind::kUser, "", Which::kAll).ok());
  EXPECT_EQ(*store->ShownOf(1), "");
  ASSERT_TRUE(store->Suspect(1, "this").ok());
  ASSERT_TRUE(store->Suspect(1, "that").ok());
  ASSERT_TRUE(store->SuspectObjects(EffectKind::kUser, "", Which::kAll).ok());
  EXPECT_EQ(*store->ShownOf(1), "this");
  EXPECT_THAT(Ids(store->Suspected(0, 10)), ElementsAre("user_1"));
}

TEST_F(VerificationStoreTest, SealingEndsSoonAfterItIsToStop) {
  ASSERT_TRUE(store->Begin().ok());
  for (int i = 0; i < 20'000; ++i) Add(EffectKind::kUser, i, "u", {"key " + std::to_string(i)});
  ASSERT_TRUE(store->Commit().ok());
  int asked = 0;
  store->StopWhen([&asked] { return ++asked == 3; });
  EXPECT_FALSE(store->Seal().ok());
  EXPECT_EQ(asked, 3);
  store->StopWhen(nullptr);
  EXPECT_TRUE(store->Seal().ok());
}

TEST_F(VerificationStoreTest, WhatAnEarlierVerificationLeftIsReplaced) {
  store.reset();
  std::ofstream(path()) << std::string(100'000, 'x');
  Create();
  ASSERT_TRUE(store->Seal().ok());
  EXPECT_EQ(*store->Count(EffectKind::kUser), 0);
}

TEST_F(VerificationStoreTest, NobodyFindsItsFile) {
  Add(EffectKind::kUser, 1, "user_1", {"a@example.com"});
  EXPECT_FALSE(base::Stat(path()).ok());
}

}  // namespace
}  // namespace rehome::journal
