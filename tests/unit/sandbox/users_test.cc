#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

TEST(SandboxUsers, CreatesTheObjectTheContractShows) {
  ServicePeer peer;
  const Response response =
      peer.Post(ServicePeer::kUsers,
                R"({"email":"Ada@Example.com","password":null,"first_name":"Ada","last_name":null,)"
                R"("email_verified":null,"external_id":"ext-1","metadata":{"plan":"gold"}})");
  ASSERT_EQ(response.status, 201);
  const std::string id = response.effect->id;
  EXPECT_EQ(response.body,
            R"({"object":"user","id":")" + id +
                R"(","email":"Ada@Example.com","email_verified":false,"first_name":"Ada",)"
                R"("last_name":null,"profile_picture_url":null,"metadata":{"plan":"gold"},)"
                R"("last_sign_in_at":null,"created_at":"2026-11-23T09:30:00.000Z",)"
                R"("updated_at":"2026-11-23T09:30:00.000Z","external_id":"ext-1"})");
  EXPECT_EQ(peer.Get("/user_management/users/" + id).body, response.body);
  EXPECT_EQ(peer.Get("/user_management/users/external_id/ext-1").body, response.body);
}

TEST(SandboxUsers, ListsEveryCollisionOfACreateInOneAnswer) {
  ServicePeer peer;
  peer.Create(ServicePeer::kUsers, R"({"email":"ada@example.com","external_id":"ext-1"})");
  const Response email = peer.Post(ServicePeer::kUsers, R"({"email":"ADA@example.com"})");
  EXPECT_EQ(email.status, 400);
  EXPECT_EQ(email.body,
            R"({"message":"Could not create user.","code":"user_creation_error","errors":)"
            R"([{"code":"email_not_available","message":"This email is not available."}]})");
  const Response both =
      peer.Post(ServicePeer::kUsers, R"({"email":"ada@example.com","external_id":"ext-1"})");
  EXPECT_EQ(both.status, 400);
  EXPECT_EQ(Codes(both), "user_creation_error email_not_available external_id_already_used");
}

TEST(SandboxUsers, AcceptsEveryDuplicateInTheNonUniqueMode) {
  ServicePeer peer({.unique = false});
  const std::string body = R"({"email":"ada@example.com","external_id":"ext-1"})";
  const std::string first = peer.Create(ServicePeer::kUsers, body);
  const std::string second = peer.Create(ServicePeer::kUsers, body);
  EXPECT_NE(first, second);
  EXPECT_EQ(ListedIds(peer.Get("/user_management/users?email=ada@example.com")),
            second + " " + first);
}

TEST(SandboxUsers, RefusesABadBodyWithItsStatusAndCodes) {
  struct Case {
    const char* name;
    std::string fields;  // after the e-mail
    int status;
    const char* codes;
  };
  const std::string long_id(129, 'x');
  const std::vector<Case> cases = {
      {"name is a number", R"("first_name":5)", 422,
       "invalid_request_parameters first_name_must_be_a_string"},
      {"flag is text", R"("email_verified":"yes")", 422,
       "invalid_request_parameters email_verified_must_be_a_boolean"},
      {"external_id too long", R"("external_id":")" + long_id + "\"", 422,
       "invalid_request_parameters external_id_invalid"},
      {"external_id not ASCII", R"("external_id":"é")", 422,
       "invalid_request_parameters external_id_invalid"},
      {"external_id empty", R"("external_id":"")", 422,
       "invalid_request_parameters external_id_invalid"},
      {"metadata value is a number", R"("metadata":{"a":1})", 422,
       "invalid_request_parameters metadata_required"},
      {"metadata is a list", R"("metadata":["a"])", 422,
       "invalid_request_parameters metadata_required"},
      {"metadata key too long", R"("metadata":{")" + std::string(41, 'k') + R"(":"v"})", 400,
       "invalid_metadata"},
      {"metadata value too long", R"("metadata":{"k":")" + std::string(601, 'v') + "\"}", 400,
       "invalid_metadata"},
      {"password and hash", R"("password":"0123456789","password_hash":"$2a$10$x")", 400,
       "password_and_password_hash_provided"},
      {"password and hash type", R"("password":"0123456789","password_hash_type":"bcrypt")", 400,
       "password_and_password_hash_type_provided"},
      {"weak password", R"("password":"123456789")", 400,
       "password_strength_error password_too_short"},
      {"hash without type", R"("password_hash":"$2a$10$x")", 422,
       "invalid_request_parameters password_hash_type_required"},
      {"type without hash", R"("password_hash_type":"bcrypt")", 422,
       "invalid_request_parameters password_hash_required"},
      {"unknown hash type", R"("password_hash":"x","password_hash_type":"md5")", 400,
       "invalid_password_hash"},
      {"bcrypt of another form", R"("password_hash":"$1$x","password_hash_type":"bcrypt")", 400,
       "invalid_password_hash"},
      {"salt position without ssha256", R"("password_salt_position":"prefix")", 400,
       "password_salt_position_requires_password_hash"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    ServicePeer peer;
    const Response response =
        peer.Post(ServicePeer::kUsers, R"({"email":"a@example.com",)" + test.fields + "}");
    EXPECT_EQ(response.status, test.status);
    EXPECT_EQ(Codes(response), test.codes);
    EXPECT_FALSE(response.effect.has_value());
  }
}

TEST(SandboxUsers, AcceptsEachHashTypeOfTheContract) {
  struct Case {
    const char* name;
    const char* hash;
  };
  const std::vector<Case> cases = {
      {"bcrypt", "$2b$10$abcdefghijklmnopqrstuv"},
      {"ssha", "{SSHA}abc"},
      {"ssha256", "{SSHA256}abc"},
      {"scrypt", "$scrypt$v=1$n=16384,r=8,p=1,kl=64$c2FsdA$aGFzaA"},
      {"pbkdf2", "$pbkdf2$i=600000,d=sha256$c2FsdA$aGFzaA"},
      {"argon2", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"},
      {"firebase-scrypt", "$firebase-scrypt$v=1$r=8,m=14,ss=Bw,sk=abc$c2FsdA$aGFzaA"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    ServicePeer peer;
    const Response response =
        peer.Post(ServicePeer::kUsers, R"({"email":"a@example.com","password_hash":")" +
                                           std::string(test.hash) + R"(","password_hash_type":")" +
                                           test.name + "\"}");
    ASSERT_EQ(response.status, 201) << response.body;
    EXPECT_EQ(response.effect->password_kind, test.name);
  }
}

TEST(SandboxUsers, CountsMetadataInCharactersNotInBytes) {
  ServicePeer peer;
  std::string value;
  for (int i = 0; i < 600; ++i) value += "é";
  peer.Create(ServicePeer::kUsers,
              R"({"email":"a@example.com","metadata":{"k":")" + value + "\"}}");
}

TEST(SandboxUsers, AsksForAnEmailAsTheLiveApiDoes) {
  ServicePeer peer;
  for (const char* body : {"{}", R"({"email":""})", R"({"email":null})", R"({"email":7})"}) {
    const Response response = peer.Post(ServicePeer::kUsers, body);
    EXPECT_EQ(response.status, 422) << body;
    EXPECT_EQ(
        response.body,
        R"({"message":"Validation failed","code":"invalid_request_parameters","errors":)"
        R"([{"code":"email_string_required","message":"Email should be a non-empty string."}]})");
  }
  EXPECT_EQ(Codes(peer.Post(ServicePeer::kUsers, R"({"email":"no at sign"})")),
            "user_creation_error invalid_email");
}

TEST(SandboxUsers, UpdatesOnlyTheFieldsThatAreGiven) {
  ServicePeer peer;
  const std::string id = peer.Create(
      ServicePeer::kUsers,
      R"({"email":"a@example.com","first_name":"A","external_id":"x","metadata":{"a":"1","b":"2"}})");
  peer.clock().Advance(std::chrono::seconds(5));
  const Response response =
      peer.Put("/user_management/users/" + id,
               R"({"last_name":"B","external_id":null,"metadata":{"a":null,"c":"3"}})");
  EXPECT_EQ(response.status, 200);
  const json::Value body = ParseBody(response);
  EXPECT_EQ(body.StringAt("first_name"), "A");
  EXPECT_EQ(body.StringAt("last_name"), "B");
  EXPECT_TRUE(body.Find("external_id")->is_null());
  EXPECT_EQ(json::Serialize(*body.Find("metadata")), R"({"b":"2","c":"3"})");
  EXPECT_EQ(body.StringAt("created_at"), "2026-11-23T09:30:00.000Z");
  EXPECT_EQ(body.StringAt("updated_at"), "2026-11-23T09:30:05.000Z");
  EXPECT_EQ(peer.Get("/user_management/users/external_id/x").status, 404);
}

TEST(SandboxUsers, LeavesTheObjectAloneWhenAnUpdateChangesNothing) {
  ServicePeer peer;
  const std::string id = peer.CreateUser("a@example.com");
  const Response before = peer.Get("/user_management/users/" + id);
  peer.clock().Advance(std::chrono::seconds(5));
  const Response same = peer.Put("/user_management/users/" + id, R"({"email_verified":false})");
  EXPECT_EQ(same.body, before.body);
  EXPECT_FALSE(same.effect.has_value());
  const Response password =
      peer.Put("/user_management/users/" + id, R"({"password":"0123456789"})");
  EXPECT_TRUE(password.effect.has_value());
}

TEST(SandboxUsers, RefusesToUnverifyButForgetsTheVerificationOfAnOldEmail) {
  ServicePeer peer;
  const std::string path =
      "/user_management/users/" +
      peer.Create(ServicePeer::kUsers, R"({"email":"a@example.com","email_verified":true})");
  EXPECT_EQ(Codes(peer.Put(path, R"({"email_verified":false})")), "email_already_verified");
  const Response moved = peer.Put(path, R"({"email":"b@example.com"})");
  EXPECT_EQ(ParseBody(moved).Find("email_verified")->AsBool(), false);
}

TEST(SandboxUsers, RefusesAnUpdateThatWouldCollide) {
  ServicePeer peer;
  peer.Create(ServicePeer::kUsers, R"({"email":"a@example.com","external_id":"x"})");
  const std::string path = "/user_management/users/" + peer.CreateUser("b@example.com");
  EXPECT_EQ(Codes(peer.Put(path, R"({"email":"A@example.com"})")), "email_not_available");
  EXPECT_EQ(Codes(peer.Put(path, R"({"external_id":"x"})")), "external_id_already_used");
  EXPECT_EQ(peer.Put(path, R"({"email":"B@example.com"})").status, 200);
}

TEST(SandboxUsers, DeletesTheUserWithItsMemberships) {
  ServicePeer peer;
  const std::string user = peer.CreateUser("a@example.com");
  const std::string organization = peer.CreateOrganization("Acme");
  const std::string membership =
      peer.Create(ServicePeer::kMemberships, MembershipBody(user, organization));
  const Response response = peer.Delete("/user_management/users/" + user);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.effect->cascade, std::vector<std::string>{membership});
  EXPECT_EQ(peer.Get("/user_management/organization_memberships/" + membership).status, 404);
  const Response gone = peer.Delete("/user_management/users/" + user);
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.body, R"({"message":"User not found: ')" + user +
                           R"('.","code":"entity_not_found","entity_id":")" + user + "\"}");
  peer.CreateUser("a@example.com");
}

TEST(SandboxUsers, FindsAnEmailWithoutRegardToCaseAndKeepsThePlusSign) {
  ServicePeer peer;
  const std::string id = peer.CreateUser("a+b@example.com");
  EXPECT_EQ(ListedIds(peer.Get("/user_management/users?email=A%2BB%40example.com")), id);
  EXPECT_EQ(ListedIds(peer.Get("/user_management/users?email=a+b@example.com")), "");
}

}  // namespace
}  // namespace rehome::sandbox
