#include "null_loop.h"

#include <optional>
#include <string_view>

#include "json/value.h"
#include "json/writer.h"

namespace rehome::bench {
namespace {

constexpr std::string_view kCreatedAt = "2026-01-19T08:30:00.000Z";

std::string ObjectId(std::string_view prefix, std::int64_t number) {
  std::string digits = std::to_string(number);
  return std::string(prefix) + "_" + std::string(26 - digits.size(), '0') + digits;
}

// The members that the create of any kind of object answers with, taken from its body.
void EchoStrings(const json::Value& body, json::Writer& into) {
  for (const json::Member& member : body.members()) {
    if (const auto text = member.value.AsString()) into.Field(member.key, *text);
  }
}

std::string Created(std::string_view kind, std::string_view prefix, std::int64_t number,
                    const std::string_view body) {
  json::Writer writer;
  writer.BeginObject().Field("object", kind).Field("id", ObjectId(prefix, number));
  if (const auto parsed = json::Parse(body)) EchoStrings(*parsed, writer);
  writer.Field("status", "active").Field("created_at", kCreatedAt).Field("updated_at", kCreatedAt);
  writer.EndObject();
  return writer.Take();
}

}  // namespace

void NullLoop::Post(std::function<void()> task) {
  const base::MutexLock lock(mutex_);
  tasks_.push_back(std::move(task));
  if (tasks_.size() == 1) posted_.NotifyOne();
}

std::vector<std::function<void()>> NullLoop::TakeTasks() {
  const base::MutexLock lock(mutex_);
  return std::exchange(tasks_, {});
}

void NullLoop::WaitForTasks(const http::Driver& driver) {
  const std::optional<base::Instant> due = driver.NextDeadline();
  const base::MutexLock lock(mutex_);
  if (!tasks_.empty()) return;
  if (!due) {
    posted_.Wait(mutex_);
    return;
  }
  const base::Duration wait = *due - clock_.Now();
  if (wait > base::Duration(0)) posted_.WaitFor(mutex_, wait);
}

void NullLoop::Run(http::Driver& driver) {
  while (true) {
    for (const auto& task : TakeTasks()) task();
    driver.Poll(clock_.Now());
    if (!started_.empty()) {
      AnswerAll();
      continue;
    }
    if (driver.finished()) return;
    WaitForTasks(driver);
  }
}

void NullLoop::AnswerAll() {
  auto started = std::exchange(started_, {});
  for (auto& [request, done] : started) done({Answer(request), {}});
}

http::Response NullLoop::Answer(const http::Request& request) {
  ++requests_;
  http::Response response;
  response.content_type = "application/json";
  response.status = request.method == http::Method::kPost ? 201 : 404;
  const std::string_view body = request.body.Reveal();
  if (response.status == 404) {
    response.body = R"({"message":"Not found.","code":"entity_not_found"})";
  } else if (request.target == "/organizations") {
    response.body = Created("organization", "org", requests_, body);
  } else if (request.target == "/user_management/users") {
    response.body = Created("user", "user", requests_, body);
  } else {
    response.body = Created("organization_membership", "om", requests_, body);
  }
  return response;
}

}  // namespace rehome::bench
