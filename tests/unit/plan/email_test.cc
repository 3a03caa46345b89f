#include "plan/email.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rehome::plan {
namespace {

TEST(Email, AcceptsWhatServersAccept) {
  const std::vector<std::string> emails = {
      "a@b",
      "ann@example.com",
      "Ann.O'Hara+tag@mail.example.co.uk",
      "ann@localhost",
      "zo\xc3\xab@example.com",
      "ann@b\xc3\xbc"
      "cher.example",
      "ann@xn--bcher-kva.example",
      "\"ann\"@example.com",
      ".ann.@example.com",
      "ann@a_b.example",
      "ann@1.example",
      std::string(64, 'a') + "@" + std::string(63, 'b') + ".example",
  };
  for (const std::string& email : emails) EXPECT_TRUE(CheckEmail(email).ok()) << email;
}

struct FaultCase {
  const char* name;
  std::string email;
  const char* fault;
};

TEST(Email, RefusesTheRestAndSaysWhatIsWrong) {
  const std::vector<FaultCase> cases = {
      {"no at", "invalid-email", "has no @"},
      {"two ats", "ann@b@example.com", "has more than one @"},
      {"no local part", "@example.com", "has nothing before the @"},
      {"no domain", "ann@", "has nothing after the @"},
      {"blank within", "ann smith@example.com", "holds a blank"},
      {"display name", "Ann <ann@example.com>", "holds a blank"},
      {"no-break space", "ann\xc2\xa0@example.com", "holds a blank"},
      {"wide space", "ann@example.com\xe3\x80\x80", "holds a blank"},
      {"tab", "ann\t@example.com", "holds a control or invisible character"},
      {"NUL", std::string("ann\0@example.com", 16), "holds a control or invisible character"},
      {"escape", "ann\x1b[2J@example.com", "holds a control or invisible character"},
      {"zero-width space", "ann@example.com\xe2\x80\x8b", "holds a control or invisible character"},
      {"override", "ann\xe2\x80\xae@example.com", "holds a control or invisible character"},
      {"two addresses", "ann@example.com,bob@example.com", "holds a comma"},
      {"leading dot", "ann@.example.com", "has a dot at an end of its domain"},
      {"trailing dot", "ann@example.com.", "has a dot at an end of its domain"},
      {"doubled dot", "ann@example..com", "has an empty part between the dots of its domain"},
      {"leading hyphen", "ann@-example.com", "has a part that starts or ends with - in its domain"},
      {"trailing hyphen", "ann@a.example-", "has a part that starts or ends with - in its domain"},
      {"angle bracket", "<ann@example.com>",
       "has a character in its domain that domains do not have"},
      {"address literal", "ann@[127.0.0.1]",
       "has a character in its domain that domains do not have"},
      {"long label", "ann@" + std::string(64, 'b') + ".example",
       "has a part of more than 63 characters in its domain"},
      {"long", std::string(312, 'a') + "@b.exampl", "is longer than 320 characters"},
  };
  for (const FaultCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = CheckEmail(c.email);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().message, c.fault);
  }
}

TEST(Email, TakesThreeHundredAndTwentyBytes) {
  EXPECT_TRUE(CheckEmail(std::string(311, 'a') + "@b.exampl").ok());
}

}  // namespace
}  // namespace rehome::plan
