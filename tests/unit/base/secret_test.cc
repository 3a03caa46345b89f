#include "base/secret.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace rehome::base {
namespace {

// Short enough to stand inside the object, where a test may look after its end.
constexpr std::string_view kPassword = "hunter2-hunter2";

/// A place for one Secret whose bytes stay readable when the Secret is gone.
class Place {
 public:
  Secret* Make() { return std::construct_at(Object(), Secret(std::string(kPassword))); }
  void Destroy() { std::destroy_at(Object()); }
  bool Holds(std::string_view text) const {
    const std::string_view bytes(bytes_.data(), bytes_.size());
    return bytes.find(text) != std::string_view::npos;
  }

 private:
  Secret* Object() { return reinterpret_cast<Secret*>(bytes_.data()); }
  alignas(Secret) std::array<char, sizeof(Secret)> bytes_{};
};

TEST(Secret, OverwritesItsBytesWhenItGoes) {
  Place place;
  place.Make();
  ASSERT_TRUE(place.Holds(kPassword));
  place.Destroy();
  EXPECT_FALSE(place.Holds(kPassword.substr(0, 4)));
  EXPECT_FALSE(place.Holds(kPassword.substr(8)));
}

TEST(Secret, OverwritesItsBytesWhenItIsMovedAway) {
  Place place;
  Secret* from = place.Make();
  const Secret to = std::move(*from);
  EXPECT_EQ(to.Reveal(), kPassword);
  EXPECT_TRUE(from->empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_FALSE(place.Holds(kPassword.substr(8)));
  place.Destroy();
}

TEST(Secret, OverwritesItsBytesWhenAnotherTakesItsPlace) {
  Place place;
  Secret* secret = place.Make();
  *secret = Secret(std::string("x"));
  EXPECT_EQ(secret->Reveal(), "x");
  EXPECT_FALSE(place.Holds(kPassword.substr(8)));
  place.Destroy();
}

TEST(Secret, CopiesAreSeparate) {
  Secret original(std::string(100, 'a'));
  const Secret copy = original;
  original = Secret(std::string("b"));
  EXPECT_EQ(copy.Reveal(), std::string(100, 'a'));
  original = copy;
  EXPECT_EQ(original.Reveal(), copy.Reveal());
  const Secret& itself = original;
  original = itself;
  EXPECT_EQ(original.Reveal(), copy.Reveal());
}

}  // namespace
}  // namespace rehome::base
