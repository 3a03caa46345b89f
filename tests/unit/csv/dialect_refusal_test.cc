#include <gtest/gtest.h>
#include <sys/stat.h>

#include "csv/dialect.h"
#include "unit/csv/scratch_file.h"

namespace rehome::csv {
namespace {

struct RefusalCase {
  const char* name;
  std::string bytes;
  ColumnOptions options;
  std::string message;
  base::ErrorCode code = base::ErrorCode::kInput;
};

std::string LookalikeMessage(const std::string& name, const std::string& column) {
  return "users.csv:1: the column \"" + name + "\" looks like \"" + column +
         "\": rename it with --map '" + name + "=" + column +
         "' or leave it out with --ignore-column '" + name + "'";
}

void ExpectRefusal(const RefusalCase& c) {
  SCOPED_TRACE(c.name);
  const test::ScratchFile file(c.bytes);
  const auto header = ReadHeader(file.path(), c.options);
  ASSERT_FALSE(header.ok());
  EXPECT_EQ(file.Shorten(header.error().message), c.message);
  EXPECT_EQ(header.error().code, c.code);
}

TEST(DialectRefusals, NameTheLineAndTheWayOut) {
  const std::string no_email =
      "users.csv:1: the header has no column \"email\": add it, or name the column that holds the "
      "e-mail with --map 'NAME=email'";
  const RefusalCase cases[] = {
      {"empty file",
       "",
       {},
       "users.csv: is empty: it needs a header line with the column \"email\""},
      {"only a byte-order mark and blank lines",
       "\xef\xbb\xbf\r\n \n",
       {},
       "users.csv: is empty: it needs a header line with the column \"email\""},
      {"UTF-16 with its mark",
       std::string("\xff\xfe"
                   "e\0m\0",
                   6),
       {},
       "users.csv:1: byte 0 begins UTF-16: save the file as UTF-8 CSV"},
      {"big-endian UTF-16",
       std::string("\xfe\xff\0e\0m", 6),
       {},
       "users.csv:1: byte 0 begins UTF-16: save the file as UTF-8 CSV"},
      {"UTF-16 without its mark",
       std::string("e\0m\0a\0", 6),
       {},
       "users.csv:1: byte 0 begins UTF-16: save the file as UTF-8 CSV"},
      {"NUL",
       std::string("email,na\0me\n", 12),
       {},
       "users.csv:1: byte 8 is NUL, which no text file holds: save the file as UTF-8 CSV"},
      {"NUL at the start",
       std::string("\0email\n", 7),
       {},
       "users.csv:1: byte 0 is NUL, which no text file holds: save the file as UTF-8 CSV"},
      {"NUL among the first bytes",
       std::string("em\0ail\n", 7),
       {},
       "users.csv:1: byte 2 is NUL, which no text file holds: save the file as UTF-8 CSV"},
      {"Latin-1",
       "email,pr\xe9nom\n",
       {},
       "users.csv:1: byte 8 is not valid UTF-8: save the file as UTF-8 CSV"},
      {"no e-mail", "\nname,phone\n", {}, "users.csv:2" + no_email.substr(11)},
      {"data without a header", "a@x.com,Alice\n", {}, no_email},
      {"e-mail ignored", "email\n", {{}, {"email"}, false}, no_email},
      {"doubled column",
       "email,org_id,Email\n",
       {},
       "users.csv:1: fields 1 and 3 of the header both hold the column \"email\": remove one of "
       "them"},
      {"doubled by a rename",
       "email,mail\n",
       {{{"mail", "email"}}, {}, false},
       "users.csv:1: fields 1 and 2 of the header both hold the column \"email\": remove one of "
       "them"},
      {"unclosed quotation mark",
       "email,\"name\n",
       {},
       "users.csv:1: a quotation mark in the field that begins at byte 6 is never closed: add the "
       "closing one"},
      {"stray quotation mark",
       "email,na\"me\",x\n",
       {},
       "users.csv:1: a quotation mark in field 2 of the header does not enclose the whole field: "
       "quote the whole name, or remove the mark"},
      {"CR alone",
       "email,name\ra@x.com,Alice\r",
       {},
       "users.csv:1: the lines end with CR alone: save the file with LF or CRLF line ends"},
      {"too many columns",
       "email" + std::string(1000, ',') + "\n",
       {},
       "users.csv:1: the header has 1,001 fields, and 1,000 is the limit"},
      {"no end",
       "email," + std::string(2 << 20, 'x'),
       {},
       "users.csv:1: the header does not end within 1 MiB: close its quotation mark if one is "
       "missing"},
  };
  for (const RefusalCase& c : cases) ExpectRefusal(c);
}

TEST(DialectRefusals, OwnRowFilesPointToRetry) {
  for (const std::string name : {"_row", "_outcome"}) {
    ExpectRefusal({name.c_str(),
                   "email," + name + "\n",
                   {},
                   "users.csv:1: the column " + name +
                       " shows that this is one of rehome's own row files, whose secrets are "
                       "blanked: use \"rehome retry RUN --edited FILE\", "
                       "mend the original file, or import this one as it stands with "
                       "--as-plain-input"});
  }
}

TEST(DialectRefusals, LookalikesOfKnownColumnsAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"E-mail", "email"},
      {"Email Address", "email"},
      {"emial", "email"},
      {"orgname", "org_name"},
      {"Org Name", "org_name"},
      {"organization", "org_name"},
      {"FirstName", "first_name"},
      {"externalId", "external_id"},
      {"password-hash", "password_hash"},
      {"role_slug", "role_slugs"},
      {"Organization ID", "org_id"},
      {"pasword", "password"},
      {"password_hsah", "password_hash"},
      {"lsat_name", "last_name"},
  };
  for (const auto& [name, column] : cases) {
    const std::string bytes = std::string("email,") + name + "\n";
    ExpectRefusal({name, bytes, {}, LookalikeMessage(name, column)});
  }
  ExpectRefusal(
      {"with another delimiter", "E-mail;Phone\n", {}, LookalikeMessage("E-mail", "email")});
  ExpectRefusal(
      {"with an apostrophe",
       "email,org'name\n",
       {},
       "users.csv:1: the column \"org'name\" looks like \"org_name\": rename it with --map "
       "'org'\\''name=org_name' or leave it out with --ignore-column 'org'\\''name'"});
}

// Who follows such advice sends a salt as a hash, or a first name as an organization's.
TEST(Dialect, NamesThatOnlySoundLikeOursAreUnknown) {
  for (const std::string name :
       {"password_salt", "password_hint", "password_date", "hash_type", "Vorname", "salt", "token",
        "first_pass", "email_token_hash", "name", "fax"}) {
    const test::ScratchFile file("email," + name + "\n");
    const auto header = ReadHeader(file.path(), {});
    ASSERT_TRUE(header.ok()) << header.error().message;
    ASSERT_EQ(header->warnings.size(), 1U) << name;
    EXPECT_TRUE(header->warnings[0].ends_with("is unknown: it is not imported")) << name;
  }
}

TEST(DialectRefusals, FlagsThatNameNothingAreUsageErrors) {
  const RefusalCase cases[] = {
      {"rename to an unknown column",
       "mail\n",
       {{{"mail", "emial"}}, {}, false},
       "--map 'mail=emial': rehome has no column \"emial\"; did you mean \"email\"?",
       base::ErrorCode::kUsage},
      {"rename of an absent column",
       "E-mail,x\n",
       {{{"E-Mall", "email"}}, {}, false},
       "users.csv:1: --map 'E-Mall=email': the header has no column \"E-Mall\"; did you mean "
       "\"E-mail\"?",
       base::ErrorCode::kUsage},
      {"ignoring an absent column",
       "email,phone\n",
       {{}, {"fone"}, false},
       "users.csv:1: --ignore-column 'fone': the header has no column \"fone\"",
       base::ErrorCode::kUsage},
  };
  for (const RefusalCase& c : cases) ExpectRefusal(c);
}

TEST(DialectRefusals, OnlyARegularFileIsRead) {
  const test::ScratchFile file("email\n");
  const std::string pipe = file.directory() + "/pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string why = ", but the file is read twice and hashed: save it and name that file";
  const std::pair<std::string, std::string> cases[] = {
      {"-", "-: is standard input" + why},
      {pipe, pipe + ": is a pipe" + why},
      {"/dev/null", "/dev/null: is no regular file" + why},
      {file.directory(), file.directory() + ": is a directory: name the CSV file in it"},
  };
  for (const auto& [path, message] : cases) {
    const auto header = ReadHeader(path, {});
    ASSERT_FALSE(header.ok());
    EXPECT_EQ(header.error().message, message);
    EXPECT_EQ(header.error().code, base::ErrorCode::kInput);
  }
  unlink(pipe.c_str());
  const auto absent = ReadHeader(file.directory() + "/absent.csv", {});
  EXPECT_EQ(absent.error().code, base::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace rehome::csv
