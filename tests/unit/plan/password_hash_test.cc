#include "plan/password_hash.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "plan/planner.h"

namespace rehome::plan {
namespace {

const std::string kBcryptTail = "h8wZPR/PyqyBHaH0g0qKRuet9IoVjaVaH/1OxfotVh6tLHx4Akyc2";
const std::string kSalt = "c2FsdHNhbHRzYWx0c2E";
const std::string kBytes32 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";  // 32 bytes
const std::string kBytes64 = std::string(86, 'A');                           // 64 bytes
const std::string kTail = "$" + kSalt + "$" + kBytes32;

struct HashCase {
  const char* name;
  const char* type;
  std::string hash;
};

TEST(PasswordHash, AcceptsTheFormsTheTargetDocuments) {
  const std::vector<HashCase> cases = {
      {"bcrypt 2a", "bcrypt", "$2a$10$" + kBcryptTail},
      {"bcrypt 2b", "bcrypt", "$2b$04$" + kBcryptTail},
      {"bcrypt 2y", "bcrypt", "$2y$31$" + kBcryptTail},
      {"scrypt", "scrypt", "$scrypt$v=1$n=16384,r=8,p=1,kl=64$" + kSalt + "$" + kBytes64},
      {"scrypt, other order", "scrypt", "$scrypt$v=1$r=8,n=2,kl=32,p=1" + kTail},
      {"pbkdf2 sha256, lowest", "pbkdf2", "$pbkdf2$i=600000,d=sha256" + kTail},
      {"pbkdf2 sha512, lowest", "pbkdf2", "$pbkdf2$i=210000,d=sha512" + kTail},
      {"pbkdf2, highest", "pbkdf2", "$pbkdf2$i=1000000,d=sha256" + kTail},
      {"argon2id", "argon2", "$argon2id$v=19$m=65536,t=3,p=4" + kTail},
      {"argon2d, lowest", "argon2", "$argon2d$v=19$m=4096,t=1,p=1" + kTail},
      {"argon2i, lowest", "argon2", "$argon2i$v=19$m=4096,t=3,p=1" + kTail},
      {"argon2id, highest", "argon2", "$argon2id$v=19$m=262144,t=5,p=8" + kTail},
      {"ssha of 20 + 4 bytes", "ssha", "{SSHA}" + std::string(32, 'A')},
      {"ssha, padded", "ssha", "{SSHA}" + std::string(30, 'A') + "=="},
      {"ssha256 with scheme", "ssha256", "{SSHA256}" + std::string(44, 'A')},
      {"ssha256 without scheme", "ssha256", std::string(44, 'A')},
      {"firebase, guides", "firebase-scrypt",
       "$firebase-scrypt$v=1$r=8,m=14,ss=Bw,sk=" + kBytes64 + kTail},
      {"firebase, first tool", "firebase-scrypt",
       "$firebase-scrypt$hash=" + kBytes64 + "==$salt=c2FsdA==$sk=" + kBytes64 +
           "==$ss=Bw==$r=8$m=14"},
      {"firebase, second tool", "firebase-scrypt",
       "$firebase-scrypt$sk=" + kBytes64 + "$ss=Bw==$rounds=8$mem_cost=14$salt=c2FsdA==$" +
           kBytes64 + "=="},
  };
  for (const HashCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = CheckPasswordHash(c.type, c.hash);
    EXPECT_TRUE(checked.ok()) << checked.error().message;
  }
}

struct FaultCase {
  const char* type;
  std::string hash;
  const char* fault;
};

TEST(PasswordHash, SaysWhichPartIsWrong) {
  const std::vector<FaultCase> cases = {
      {"bcrypt", "hash123", "it does not start with $2a$, $2b$ or $2y$"},
      {"bcrypt", "$2x$10$" + kBcryptTail, "it does not start with $2a$, $2b$ or $2y$"},
      {"bcrypt", "$2b$10$" + kBcryptTail + "x", "it has 61 characters instead of 60"},
      {"bcrypt", "$2b$10$", "it has 7 characters instead of 60"},
      {"bcrypt", "$2b$03$" + kBcryptTail, "its cost 03 is outside 04 to 31"},
      {"bcrypt", "$2b$32$" + kBcryptTail, "its cost 32 is outside 04 to 31"},
      {"bcrypt", "$2b$-5$" + kBcryptTail, "its cost is not two digits and a $"},
      {"bcrypt", "$2b$100" + kBcryptTail, "its cost is not two digits and a $"},
      {"bcrypt", "$2b$10$+" + kBcryptTail.substr(1),
       "its salt or hash has a character outside ./A-Za-z0-9"},
      {"bcrypt", "$2b$10$" + kBcryptTail + " ", "it has blanks around it"},
      {"scrypt", "$2b$10$" + kBcryptTail, "it does not start with $scrypt$"},
      {"scrypt", "$scrypt$n=16384,r=8,p=1,kl=32" + kTail,
       "it does not have 5 parts, each after a $"},
      {"scrypt", "$scrypt$v=2$n=16384,r=8,p=1,kl=32" + kTail, "its version is not v=1"},
      {"scrypt", "$scrypt$v=1$n=14,r=8,p=1,kl=32" + kTail,
       "its parameter n is 14, not a power of two (n is the cost itself, not its logarithm)"},
      {"scrypt", "$scrypt$v=1$n=16384,r=8,kl=32" + kTail, "its parameter p is missing"},
      {"scrypt", "$scrypt$v=1$n=2,n=2,r=8,p=1,kl=32" + kTail, "its parameter n is doubled"},
      {"scrypt", "$scrypt$v=1$ln=14,r=8,p=1,kl=32" + kTail,
       "it has a parameter that its type does not have"},
      {"scrypt", "$scrypt$v=1$16384" + kTail, "its parameters are not name=value pairs"},
      {"scrypt", "$scrypt$v=1$n=16384,r=8,p=1,kl=64" + kTail,
       "its hash does not have the 64 bytes that its parameter kl says"},
      {"scrypt", "$scrypt$v=1$n=16384,r=0,p=1,kl=32" + kTail,
       "its parameter r is 0, outside 1 to 1000000000"},
      {"pbkdf2", "$pbkdf2$i=599999,d=sha256" + kTail,
       "its parameter i is 599999, outside 600000 to 1000000"},
      {"pbkdf2", "$pbkdf2$i=209999,d=sha512" + kTail,
       "its parameter i is 209999, outside 210000 to 1000000"},
      {"pbkdf2", "$pbkdf2$i=1000001,d=sha512" + kTail,
       "its parameter i is 1000001, outside 210000 to 1000000"},
      {"pbkdf2", "$pbkdf2$i=600000,d=sha1" + kTail, "its parameter d is neither sha256 nor sha512"},
      {"pbkdf2", "$pbkdf2$i=99999999999,d=sha256" + kTail,
       "its parameter i is not a number in range"},
      {"pbkdf2", "$pbkdf2$i=secret,d=sha256" + kTail, "its parameter i is not a number in range"},
      {"pbkdf2", "$pbkdf2$i=600000,d=sha256$$" + kBytes32, "its salt is empty"},
      {"pbkdf2", "$pbkdf2$i=600000,d=sha256$c2FsdA==$" + kBytes32, "its salt is padded with ="},
      {"pbkdf2", "$pbkdf2$i=600000,d=sha256$sa.t$" + kBytes32, "its salt is not base64"},
      {"pbkdf2", "$pbkdf2$i=600000,d=sha256$" + kSalt + "$AAAAA", "its hash is not base64"},
      {"argon2", "$argon2$v=19$m=65536,t=3,p=4" + kTail,
       "it does not start with $argon2id$, $argon2i$ or $argon2d$"},
      {"argon2", "$argon2id$v=16$m=65536,t=3,p=4" + kTail, "its version is not v=19"},
      {"argon2", "$argon2id$v=19$m=4095,t=3,p=4" + kTail,
       "its parameter m is 4095, outside 4096 to 262144"},
      {"argon2", "$argon2id$v=19$m=262145,t=3,p=4" + kTail,
       "its parameter m is 262145, outside 4096 to 262144"},
      {"argon2", "$argon2i$v=19$m=4096,t=2,p=4" + kTail, "its parameter t is 2, outside 3 to 5"},
      {"argon2", "$argon2id$v=19$m=4096,t=6,p=4" + kTail, "its parameter t is 6, outside 1 to 5"},
      {"argon2", "$argon2id$v=19$m=4096,t=1,p=9" + kTail, "its parameter p is 9, outside 1 to 8"},
      {"ssha", std::string(32, 'A'), "it does not start with {SSHA}"},
      {"ssha", "{SSHA}" + std::string(27, 'A') + "=",
       "it holds 20 bytes, where a digest of 20 and a salt are more"},
      {"ssha", "{SSHA}" + std::string(31, '?'), "what follows its scheme is not base64"},
      {"ssha", "{SSHA}" + std::string(31, 'A') + "==", "what follows its scheme is not base64"},
      {"ssha256", "{SSHA256}" + std::string(32, 'A'),
       "it holds 24 bytes, where a digest of 32 and a salt are more"},
      {"firebase-scrypt", "lSrfV15cpx95", "it does not start with $firebase-scrypt$"},
      {"firebase-scrypt", "$firebase-scrypt$v=1$r=9,m=14,ss=Bw,sk=AAAA" + kTail,
       "its r is not a number from 1 to 8"},
      {"firebase-scrypt", "$firebase-scrypt$hash=AAAA$salt=AAAA$sk=AAAA$ss=Bw$r=8",
       "its m is not a number from 1 to 14"},
      {"firebase-scrypt", "$firebase-scrypt$sk=AAAA$ss=Bw$rounds=8$mem_cost=14$salt=AAAA",
       "its hash is missing or not base64"},
      {"md5", "x", "its type is unknown"},
  };
  for (const FaultCase& c : cases) {
    SCOPED_TRACE(std::string(c.type) + " " + c.hash);
    const auto checked = CheckPasswordHash(c.type, c.hash);
    EXPECT_FALSE(checked.ok());
    if (checked.ok()) continue;
    EXPECT_EQ(checked.error().message, c.fault);
  }
}

TEST(PasswordHash, NeverQuotesSaltOrHashWhateverIsCutOff) {
  const std::vector<HashCase> cases = {
      {"bcrypt", "bcrypt", "$2b$10$" + kBcryptTail},
      {"argon2", "argon2", "$argon2id$v=19$m=65536,t=3,p=4" + kTail},
      {"ssha", "ssha", "{SSHA}" + kBytes32},
  };
  for (const HashCase& c : cases) {
    const std::string secret = c.hash.substr(c.hash.size() - 12);
    for (std::size_t cut = 1; cut < c.hash.size(); ++cut) {
      const auto checked = CheckPasswordHash(c.type, c.hash.substr(cut));
      if (checked.ok()) continue;
      EXPECT_EQ(checked.error().message.find(secret), std::string::npos) << c.name << " " << cut;
    }
  }
}

TEST(PasswordHash, KnowsTheSevenTypesInAnyCase) {
  EXPECT_EQ(PasswordHashTypes().size(), 7U);
  EXPECT_EQ(HashTypeNamed("BCrypt"), "bcrypt");
  EXPECT_EQ(HashTypeNamed("FIREBASE-SCRYPT"), "firebase-scrypt");
  EXPECT_EQ(HashTypeNamed("md5"), std::nullopt);
  EXPECT_EQ(HashTypeNamed(""), std::nullopt);
}

}  // namespace
}  // namespace rehome::plan
