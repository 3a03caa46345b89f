#include "verify/question.h"

#include <algorithm>
#include <utility>

#include "directory/requests.h"
#include "dispatch/finding.h"

namespace rehome::verify {
namespace {

using model::EffectKind;

dispatch::Purpose PurposeOf(EffectKind kind) {
  switch (kind) {
    case EffectKind::kOrganization:
      return {.phase = model::Phase::kVerification, .subject = directory::Subject::kOrganization};
    case EffectKind::kUser:
      return {.phase = model::Phase::kVerification, .subject = directory::Subject::kUser};
    case EffectKind::kMembership:
      return {.phase = model::Phase::kVerification, .subject = directory::Subject::kMembership};
  }
  return {};
}

template <class Object>
std::optional<ObjectPage> One(const std::optional<Object>& object) {
  if (!object) return std::nullopt;
  ObjectPage page;
  page.objects.push_back(AsTargetObject(*object));
  return page;
}

template <class Object>
std::optional<ObjectPage> Several(const std::optional<directory::Page<Object>>& objects) {
  if (!objects) return std::nullopt;
  ObjectPage page;
  for (const Object& object : objects->objects) page.objects.push_back(AsTargetObject(object));
  page.after = objects->after;
  return page;
}

std::optional<ObjectPage> ParseOne(EffectKind kind, std::string_view body) {
  switch (kind) {
    case EffectKind::kOrganization:
      return One(directory::ParseOrganization(body));
    case EffectKind::kUser:
      return One(directory::ParseUser(body));
    case EffectKind::kMembership:
      return One(directory::ParseMembership(body));
  }
  return std::nullopt;
}

std::optional<ObjectPage> ParseList(EffectKind kind, std::string_view body) {
  switch (kind) {
    case EffectKind::kOrganization:
      return Several(directory::ParseOrganizationPage(body));
    case EffectKind::kUser:
      return Several(directory::ParseUserPage(body));
    case EffectKind::kMembership:
      return Several(directory::ParseMembershipPage(body));
  }
  return std::nullopt;
}

using Parser = std::optional<ObjectPage> (*)(EffectKind kind, std::string_view body);

Question Make(EffectKind kind, http::Request request, Parser parse,
              std::function<bool(const TargetObject&)> belongs) {
  return {.purpose = PurposeOf(kind),
          .request = std::move(request),
          .parse = [kind, parse](std::string_view body) { return parse(kind, body); },
          .belongs = std::move(belongs)};
}

std::function<bool(const TargetObject&)> HasField(std::string name, std::string_view value) {
  return [name = std::move(name), value = std::string(value)](const TargetObject& object) {
    return IsSame(name, value, At(object.fields, name));
  };
}

http::Request GetById(EffectKind kind, std::string_view id) {
  switch (kind) {
    case EffectKind::kOrganization:
      return directory::GetOrganization(id);
    case EffectKind::kUser:
      return directory::GetUser(id);
    case EffectKind::kMembership:
      return directory::GetMembership(id);
  }
  return {};
}

http::Request ListPage(EffectKind kind, std::string_view organization_id, std::string_view after) {
  switch (kind) {
    case EffectKind::kOrganization:
      return directory::ListOrganizations(after);
    case EffectKind::kUser:
      return directory::ListUsers(after);
    case EffectKind::kMembership:
      return directory::ListOrganizationMemberships(organization_id, after);
  }
  return {};
}

std::string WhyFailed(const directory::Reply& reply) {
  if (reply.reason == model::Reason::kAnswerMismatch) return "the answers were not about it";
  return reply.words.http_status == 0 ? reply.words.message : dispatch::WordsOf(reply);
}

}  // namespace

Question AskById(EffectKind kind, std::string_view id) {
  return Make(kind, GetById(kind, id), ParseOne,
              [id = std::string(id)](const TargetObject& object) { return object.id == id; });
}

std::vector<Question> AskByKeys(const Expectation& expected) {
  const EffectKind kind = expected.object.kind;
  std::vector<Question> questions;
  if (kind == EffectKind::kMembership) {
    const std::string_view user = At(expected.fields, "user_id");
    const std::string_view organization = expected.object.organization_id;
    questions.push_back(Make(
        kind, directory::ListMemberships(user, organization), ParseList,
        [in_user = HasField("user_id", user),
         in_organization = HasField("organization_id", organization)](const TargetObject& object) {
          return in_user(object) && in_organization(object);
        }));
    return questions;
  }
  if (const std::string_view email = At(expected.fields, "email"); !email.empty()) {
    questions.push_back(
        Make(kind, directory::ListUsersByEmail(email), ParseList, HasField("email", email)));
  }
  const std::string_view external_id = At(expected.fields, "external_id");
  if (directory::CanAddressByExternalId(external_id)) {
    http::Request request = kind == EffectKind::kUser
                                ? directory::GetUserByExternalId(external_id)
                                : directory::GetOrganizationByExternalId(external_id);
    questions.push_back(
        Make(kind, std::move(request), ParseOne, HasField("external_id", external_id)));
  }
  return questions;
}

Question AskPage(EffectKind kind, std::string_view organization_id, std::string_view after) {
  if (kind == EffectKind::kMembership) {
    return Make(kind, ListPage(kind, organization_id, after), ParseList,
                HasField("organization_id", organization_id));
  }
  return Make(kind, ListPage(kind, "", after), ParseList, [](const TargetObject&) { return true; });
}

void Ask(Asker& asker, Question question, http::Connection connection,
         std::function<void(Reading)> done) {
  question.request.connection = connection;
  using Found = dispatch::Finding<ObjectPage>;
  dispatch::FindObject<ObjectPage>(
      asker, question.purpose, std::move(question.request), std::move(question.parse),
      [belongs = std::move(question.belongs)](const ObjectPage& page) {
        return std::all_of(page.objects.begin(), page.objects.end(), belongs);
      },
      [&asker, done = std::move(done)](Found found) {
        Reading reading;
        switch (found.fate) {
          case Found::Fate::kFound:
            reading.page = std::move(found.object);
            reading.fate = Reading::Fate::kAnswered;
            asker.CountBelieved();
            break;
          case Found::Fate::kAbsent:
            reading.is_known = false;
            reading.fate = Reading::Fate::kAnswered;
            asker.CountBelieved();
            break;
          case Found::Fate::kStopped:
            reading.fate = Reading::Fate::kStopped;
            break;
          case Found::Fate::kFailed:
            reading.why = WhyFailed(found.reply);
            break;
        }
        done(std::move(reading));
      });
}

}  // namespace rehome::verify
