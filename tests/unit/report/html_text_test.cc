#include "report/html_text.h"

#include <gtest/gtest.h>

#include <string>

#include "json/value.h"
#include "json/writer.h"

namespace rehome::report {
namespace {

TEST(HtmlText, LeavesNoCharacterThatMarkupIsMadeOf) {
  EXPECT_EQ(HtmlText("<img src=x onerror='a'> & \"b\""),
            "&lt;img src=x onerror=&#39;a&#39;&gt; &amp; &quot;b&quot;");
}

TEST(HtmlText, ShowsWhatWouldSteerTheReader) {
  EXPECT_EQ(HtmlText("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(HtmlText("user\u202egpj.exe"), "user\\u202egpj.exe");
  EXPECT_EQ(HtmlText(std::string("nul\0here", 8)), "nul\\x00here");
}

TEST(HtmlText, CutsALongValueAndSaysWhereTheWholeIs) {
  const std::string shown = HtmlText(std::string(1 << 20, '<'), 100);
  EXPECT_LT(shown.size(), 600U);
  EXPECT_TRUE(shown.ends_with("&lt;… [cut; the row files have the whole]")) << shown;
}

TEST(JsonForPage, CannotEndOrOpenAScriptElement) {
  json::Writer writer;
  writer.BeginArray().String("</script><!--<script>&\u2028\u2029\u2027").EndArray();
  const std::string safe = JsonForPage(writer.text());
  EXPECT_EQ(safe.find_first_of("<>&"), std::string::npos) << safe;
  EXPECT_EQ(safe.find("\u2028"), std::string::npos);
  EXPECT_EQ(safe.find("\u2029"), std::string::npos);
  const auto read = json::Parse(safe);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->elements()[0].AsString(), "</script><!--<script>&\u2028\u2029\u2027");
}

// The example of the Content Security Policy specification.
TEST(PolicyHash, IsTheDigestInBase64) {
  EXPECT_EQ(PolicyHash("doSomething();"), "sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=");
  EXPECT_EQ(PolicyHash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

}  // namespace
}  // namespace rehome::report
