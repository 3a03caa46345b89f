#include "http/endpoint.h"

#include <gtest/gtest.h>

namespace rehome::http {
namespace {

struct GoodUrl {
  const char* url;
  const char* endpoint;
  const char* place;
};

TEST(Endpoint, GivesOnePlaceOneSpelling) {
  for (const GoodUrl& good : std::initializer_list<GoodUrl>{
           {"https://api.workos.com", "https://api.workos.com", "api.workos.com:443"},
           {"HTTPS://API.WorkOS.com:443//", "https://api.workos.com", "api.workos.com:443"},
           {"https://api.workos.com:8443/v1/", "https://api.workos.com:8443/v1",
            "api.workos.com:8443"},
           {"http://localhost:4000", "http://localhost:4000", "localhost:4000"},
           {"http://LocalHost:80/", "http://localhost", "localhost:80"},
           {"http://127.9.9.9:1", "http://127.9.9.9:1", "127.9.9.9:1"},
           {"http://[::1]:4000/", "http://[::1]:4000", "[::1]:4000"},
           {"https://[2001:DB8::1]", "https://[2001:db8::1]", "[2001:db8::1]:443"}}) {
    const auto endpoint = ParseEndpoint(good.url);
    ASSERT_TRUE(endpoint.ok()) << good.url << ": " << endpoint.error().message;
    EXPECT_EQ(*endpoint, good.endpoint);
    EXPECT_EQ(HostAndPort(*endpoint), good.place);
  }
}

struct BadUrl {
  const char* name;
  const char* url;
  const char* message;
};

class EveryBadUrl : public ::testing::TestWithParam<BadUrl> {};

TEST_P(EveryBadUrl, IsRefusedWithItsReason) {
  const auto endpoint = ParseEndpoint(GetParam().url);
  ASSERT_FALSE(endpoint.ok()) << *endpoint;
  EXPECT_EQ(endpoint.error().code, base::ErrorCode::kUsage);
  EXPECT_EQ(endpoint.error().message, GetParam().message);
}

constexpr const char* kPlainHttp =
    "plain http would show the key and the passwords on the network; use https:// (http is only "
    "for 127.0.0.1, [::1] and localhost)";
constexpr const char* kUserName =
    "the endpoint must not hold a user name or password (there is an '@' in its host); the key "
    "comes from --api-key-file or WORKOS_API_KEY";

std::string Named(const char* url, const char* why) {
  return "endpoint " + std::string(url) + ": " + why;
}

INSTANTIATE_TEST_SUITE_P(
    Endpoint, EveryBadUrl,
    ::testing::Values(
        BadUrl{"empty", "", "the endpoint is empty; give a URL such as https://api.workos.com"},
        BadUrl{
            "no_scheme", "api.workos.com",
            "endpoint api.workos.com: it must begin with https:// (or http:// for this machine)"},
        BadUrl{"unknown_scheme", "ftp://a.b",
               "endpoint ftp://a.b: it must begin with https:// (or http:// for this machine)"},
        BadUrl{"no_host", "https://", "endpoint https://: the host is missing"},
        BadUrl{"only_a_port", "https://:443/x", "endpoint https://:443/x: the host is missing"},
        BadUrl{"password", "https://me:secret@a.b", kUserName},
        BadUrl{"password_without_scheme", "me:secret@a.b", kUserName},
        BadUrl{"loopback_as_user_name", "http://127.0.0.1@evil.example", kUserName},
        BadUrl{"query", "https://a.b/?key=secret",
               "endpoint https://a.b/: it must end before the '?' or '#'; paths and queries are "
               "added by rehome"},
        BadUrl{"fragment", "https://a.b#x",
               "endpoint https://a.b: it must end before the '?' or '#'; paths and queries are "
               "added by rehome"},
        BadUrl{"blank", "https://a.b/ c",
               "endpoint https://a.b/ c: remove the blank, backslash or control character"},
        BadUrl{"line_break", "https://a.b\n",
               "endpoint https://a.b\\x0a: remove the blank, backslash or control character"},
        BadUrl{"backslash", "http://127.0.0.1\\.evil.example",
               "endpoint http://127.0.0.1\\.evil.example: remove the blank, backslash or control "
               "character"},
        BadUrl{"port_too_large", "https://a.b:70000",
               "endpoint https://a.b:70000: the port must be 1 to 65535"},
        BadUrl{"port_missing", "https://a.b:/",
               "endpoint https://a.b:/: the port must be 1 to 65535"},
        BadUrl{"signed_port", "https://a.b:+443",
               "endpoint https://a.b:+443: the port must be 1 to 65535"},
        BadUrl{"bad_ipv6", "https://[::g]",
               "endpoint https://[::g]: the host is not a name or an address (names in other "
               "scripts are written in their xn-- form)"},
        BadUrl{"percent_in_host", "http://127.0.0.1%2eevil.example",
               "endpoint http://127.0.0.1%2eevil.example: the host is not a name or an address "
               "(names in other scripts are written in their xn-- form)"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Endpoint, RefusesPlainHttpBeyondThisMachine) {
  for (const char* url :
       {"http://api.workos.com", "http://127.0.0.1.evil.example", "http://localhost.evil.example",
        "http://127.1", "http://2130706433", "http://0.0.0.0", "http://10.0.0.1", "http://[::2]",
        "http://xlocalhost"}) {
    const auto endpoint = ParseEndpoint(url);
    ASSERT_FALSE(endpoint.ok()) << url;
    EXPECT_EQ(endpoint.error().message, Named(url, kPlainHttp));
    EXPECT_FALSE(IsLoopback(url)) << url;
  }
}

TEST(Endpoint, KnowsThisMachineByItsNames) {
  for (const char* url : {"http://127.0.0.1", "https://127.255.0.1:99/x", "http://[::1]:1",
                          "http://localhost", "http://LOCALHOST:8080/y"}) {
    EXPECT_TRUE(IsLoopback(url)) << url;
  }
  for (const char* url : {"", "localhost", "http://", "http://128.0.0.1", "http://a@localhost"}) {
    EXPECT_FALSE(IsLoopback(url)) << url;
  }
}

}  // namespace
}  // namespace rehome::http
