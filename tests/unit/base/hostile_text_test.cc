// Values of the input and words of the target as a terminal, a log or a report may show them.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"

namespace rehome::base {
namespace {

struct EscapeCase {
  const char* name;
  std::string text;
  std::string safe;
};

TEST(EscapeForTerminal, LeavesNothingThatSteersATerminal) {
  const std::vector<EscapeCase> cases = {
      {"plain", "Acme Corp", "Acme Corp"},
      {"letters of all scripts", "Zo\xc3\xab \xe6\x9d\x8e \xf0\x9f\x98\x80",
       "Zo\xc3\xab \xe6\x9d\x8e \xf0\x9f\x98\x80"},
      {"clear screen", "\x1b[2Jgone", "\\x1b[2Jgone"},
      {"window title", "\x1b]0;pwned\x07", "\\x1b]0;pwned\\x07"},
      {"line break forges a line", "ann\nerror: none", "ann\\x0aerror: none"},
      {"carriage return overwrites", "bad\rok", "bad\\x0dok"},
      {"NUL", std::string("a\0b", 3), "a\\x00b"},
      {"delete", "a\x7f", "a\\x7f"},
      {"C1 control",
       "a\xc2\x9b"
       "2J",
       "a\\u009b2J"},
      {"right-to-left override", "a\xe2\x80\xaegpj.exe", "a\\u202egpj.exe"},
      {"zero-width space", "ad\xe2\x80\x8bmin", "ad\\u200bmin"},
      {"byte order mark", "\xef\xbb\xbfid", "\\ufeffid"},
      {"soft hyphen", "ad\xc2\xadmin", "ad\\u00admin"},
      {"isolate", "\xe2\x81\xa6x", "\\u2066x"},
      {"tag character", "a\xf3\xa0\x80\x81", "a\\u{e0001}"},
      {"filler that shows nothing", "a\u3164\u115f\uffa0", "a\\u3164\\u115f\\uffa0"},
      {"selector that hides a letter", "a\U000e0168", "a\\u{e0168}"},
      {"selector of an emoji", "\u2764\ufe0f", "\u2764\ufe0f"},
      {"invalid bytes", "a\xff\xc3", "a\\xff\\xc3"},
  };
  for (const EscapeCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(EscapeForTerminal(c.text), c.safe);
  }
}

TEST(EscapeForTerminal, CutsBetweenCharacters) {
  EXPECT_EQ(EscapeForTerminal("abcd", 4), "abcd");
  EXPECT_EQ(EscapeForTerminal("abcde", 4), "abcd…");
  EXPECT_EQ(EscapeForTerminal("ab\xe6\x9d\x8e\xe6\x9d\x8e", 4), "ab\xe6\x9d\x8e…");
}

TEST(MaskEmail, KeepsTheFirstCharacterAndTheDomain) {
  EXPECT_EQ(MaskEmail("ann@example.com"), "a***@example.com");
  EXPECT_EQ(MaskEmail("a@example.com"), "a***@example.com");
  EXPECT_EQ(MaskEmail("\xc3\xa9lan@example.com"), "\xc3\xa9***@example.com");
  EXPECT_EQ(MaskEmail("@example.com"), "***");
  EXPECT_EQ(MaskEmail("no address"), "***");
  EXPECT_EQ(MaskEmail(""), "***");
}

struct MaskCase {
  const char* name;
  std::string text;
  std::string masked;
};

TEST(MaskSecrets, MasksWhatLooksLikeACredential) {
  const std::vector<MaskCase> cases = {
      {"plain words", "This email is not available.", "This email is not available."},
      {"e-mail is kept", "User ann@example.com exists", "User ann@example.com exists"},
      {"ids are kept", "Organization not found: 'org_01EH'.",
       "Organization not found: 'org_01EH'."},
      {"API key", "key sk_test_a2V5XzAx is bad", "key [masked] is bad"},
      {"key in JSON", R"({"key":"sk_live_abc"})", R"({"key":"[masked]"})"},
      {"key in an assignment", "WORKOS_API_KEY=sk_live_abc", "[masked]"},
      {"bcrypt", "hash $2b$10$N9qo8uLOickgx2ZMRZoMye is bad", "hash [masked] is bad"},
      {"argon2", "'$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA'", "'[masked]'"},
      {"scrypt", "$scrypt$v=1$n=2,r=8,p=1,kl=64$AA$BB", "[masked]"},
      {"pbkdf2", "$pbkdf2$i=1,d=sha256$AA$BB", "[masked]"},
      {"firebase", "$firebase-scrypt$hash=AA$salt=BB", "[masked]"},
      {"ssha", "{SSHA}AAAA", "[masked]"},
      {"ssha256", "{SSHA256}AAAA", "[masked]"},
      {"bearer token", "Authorization: Bearer abc.def-ghi failed",
       "Authorization: Bearer [masked] failed"},
      {"password in JSON", R"({"email":"a@b","password":"hun ter\"2!","x":1})",
       R"({"email":"a@b","password":"[masked]","x":1})"},
      {"hash in JSON", R"({"password_hash": "AAAA"})", R"({"password_hash": "[masked]"})"},
      {"token in JSON", R"({"access_token":"abc"})", R"({"access_token":"[masked]"})"},
      {"password as an assignment", "password=hunter2&x=1", "password=[masked]&x=1"},
      {"password after a colon", "password: hunter2", "password: [masked]"},
      {"password as a word", "Password does not meet the policy.",
       "Password does not meet the policy."},
      {"unclosed string", R"("password":"hunter2)", R"("password":"[masked])"},
  };
  for (const MaskCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(MaskSecrets(c.text), c.masked);
  }
}

struct ValueCase {
  const char* name;
  std::string text;
  std::string value;
  std::string masked;
};

TEST(MaskValue, MasksAValueWhereverItStands) {
  const std::vector<ValueCase> cases = {
      {"none", "This is weak.", "hunter2", "This is weak."},
      {"no value", "This is weak.", "", "This is weak."},
      {"once", "the value hunter2 is weak", "hunter2", "the value [masked] is weak"},
      {"twice", "hunter2, hunter2", "hunter2", "[masked], [masked]"},
      {"within a word", "xhunter2x", "hunter2", "x[masked]x"},
      {"overlapping itself", "a1a1a1", "a1a1", "[masked]a1"},
      {"the mask itself", "a [masked] b", "[masked]", "a [masked] b"},
      {"a part of the mask", "the mask is weak", "mask", "the [masked] is weak"},
      {"a short one within words", "a password", "ass", "a password"},
      {"a short one alone", "'ass' is weak", "ass", "'[masked]' is weak"},
      {"a letter", "is a weak", "a", "is [masked] weak"},
      {"a short word within words", "shortened, tooshort", "short", "shortened, tooshort"},
      {"a short word alone", "'short' is short.", "short", "'[masked]' is [masked]."},
      {"a short word beside digits", "22short22", "short", "22[masked]22"},
      {"a short word behind an escape", R"(\tshort\n)", "short", R"(\t[masked]\n)"},
      {"a short word at the cut", "too shor…", "short", "too [masked]…"},
      {"a short word in a word at the cut", "tooshor…", "short", "tooshor…"},
      {"a longer word within words", "xcorrecthorsex", "correcthorse", "x[masked]x"},
      {"cut off", "the value hunt…", "hunter2hunter2", "the value [masked]…"},
      {"whole before the cut", "the value hunter2…", "hunter2", "the value [masked]…"},
      {"cut behind other words", "the value is…", "hunter2", "the value is…"},
      {"cut at once", "…", "hunter2", "…"},
      {"a letter at the cut", "the value is…", "secret", "the value is…"},
      {"a letter alone at the cut", "the value s…", "secret", "the value [masked]…"},
  };
  for (const ValueCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(MaskValue(c.text, c.value), c.masked);
  }
}

TEST(MaskValueInCodes, LeavesTheNamesOfTheTargetWhole) {
  const std::vector<ValueCase> cases = {
      {"a word of the code", "strength_error/password_too_short", "short",
       "strength_error/password_too_short"},
      {"a longer word of the code", "password_strength_error", "password",
       "password_strength_error"},
      {"the whole code", "error/short", "short", "error/[masked]"},
      {"the only code", "hunter", "hunter", "[masked]"},
      {"too long to be an accident", "bad_correcthorsebattery", "correcthorsebattery",
       "bad_[masked]"},
      {"no name", "Refused: hunter!", "hunter", "Refused: [masked]!"},
      {"digits", "bad_hunter2", "hunter2", "bad_[masked]"},
      {"a slash in the value", "error/a/b9", "a/b9", "error/[masked]"},
      {"no value", "error/code", "", "error/code"},
      {"no code", "", "short", ""},
  };
  for (const ValueCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(MaskValueInCodes(c.text, c.value), c.masked);
  }
}

TEST(MaskSecrets, CutsAtACharacterAfterMasking) {
  EXPECT_EQ(MaskSecrets("abcdef", 3), "abc…");
  EXPECT_EQ(MaskSecrets("ab\xc3\xa9", 3), "ab…");
  EXPECT_EQ(MaskSecrets("abc", 3), "abc");
  EXPECT_EQ(MaskSecrets("sk_live_0123456789 tail", 10), "[masked] t…");
}

}  // namespace
}  // namespace rehome::base
