#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/objects.h"
#include "dispatch/target_health.h"
#include "http/request.h"
#include "verify/asker.h"
#include "verify/comparison.h"
#include "verify/target_object.h"

namespace rehome::verify {

using ObjectPage = directory::Page<TargetObject>;

/// One read and how its answer is understood: a page of a list, or one object as a page of one.
struct Question {
  dispatch::Purpose purpose;
  http::Request request;
  std::function<std::optional<ObjectPage>(std::string_view body)> parse;
  /// Whether an object can be in the answer; another one makes it the answer of something else.
  std::function<bool(const TargetObject&)> belongs;
};

/// The object with this id.
Question AskById(model::EffectKind kind, std::string_view id);
/// Every question whose answer shows an object with a unique key of the expected one: lists by
/// e-mail, by user and organization, objects by external_id.
std::vector<Question> AskByKeys(const Expectation& expected);
/// A page of all objects of a kind; of memberships those of one organization.
Question AskPage(model::EffectKind kind, std::string_view organization_id, std::string_view after);

/// What a question came to.
struct Reading {
  enum class Fate {
    kAnswered,  ///< `page` is what the target has: nothing, when it does not know it
    kStopped,
    kFailed,  ///< no believable answer; `why` says more
  };
  Fate fate = Fate::kFailed;
  ObjectPage page;
  bool is_known = true;  ///< false: a 404, so `page` is nothing
  std::string why;
};

/// Asks, and believes only what belongs to the question (see dispatch::FindObject).
void Ask(Asker& asker, Question question, http::Connection connection,
         std::function<void(Reading)> done);

}  // namespace rehome::verify
