#pragma once

#include <string>
#include <utility>
#include <vector>

#include "directory/reply.h"
#include "gtest/gtest.h"

namespace rehome::directory {

/// One answer of the target and what it must be understood as. Empty texts are not compared.
struct AnswerCase {
  std::string name;
  Subject subject = Subject::kUser;
  int status = 0;
  std::string body = {};
  Meaning meaning = Meaning::kOk;
  model::Reason reason = model::Reason::kNone;
  std::string provider_code = {};
  std::string message = {};
};

inline http::Response Answer(int status, std::string body,
                             std::string content_type = "application/json; charset=utf-8") {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  response.content_type = std::move(content_type);
  response.request_id = "req-1";
  return response;
}

inline void ExpectUnderstood(const std::vector<AnswerCase>& cases) {
  for (const AnswerCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Reply reply = Understand(c.subject, Answer(c.status, c.body));
    EXPECT_EQ(static_cast<int>(reply.meaning), static_cast<int>(c.meaning));
    EXPECT_EQ(model::CodeOf(reply.reason), model::CodeOf(c.reason));
    EXPECT_EQ(reply.words.http_status, c.status);
    EXPECT_EQ(reply.words.request_id, "req-1");
    if (!c.provider_code.empty()) {
      EXPECT_EQ(reply.words.provider_code, c.provider_code);
    }
    if (!c.message.empty()) {
      EXPECT_EQ(reply.words.message, c.message);
    }
  }
}

}  // namespace rehome::directory
