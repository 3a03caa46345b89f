#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "support/dispatch_stage.h"

namespace rehome::dispatch {

using support::DispatchStage;
using support::Fault;
using support::MakeOrganization;
using support::MakeRow;

/// The same question is asked of all three kinds of objects.
inline constexpr std::array<model::EffectKind, 3> kAllKinds = {
    model::EffectKind::kOrganization, model::EffectKind::kUser, model::EffectKind::kMembership};

inline std::string_view PathOf(model::EffectKind kind) {
  switch (kind) {
    case model::EffectKind::kOrganization:
      return support::kOrganizationsPath;
    case model::EffectKind::kUser:
      return support::kUsersPath;
    case model::EffectKind::kMembership:
      return support::kMembershipsPath;
  }
  return {};
}

/// The first `times` requests with this method below `path` go wrong.
inline void FailFirst(DispatchStage& stage, http::Method method, std::string_view path, Fault fault,
                      int times = 1) {
  auto left = std::make_shared<int>(times);
  stage.target.fault = [method, path, fault, left](const http::Request& request) {
    if (request.method != method || !support::IsBelow(request, path)) return Fault::kNone;
    return (*left)-- > 0 ? fault : Fault::kNone;
  };
}

inline int PostsBelow(const DispatchStage& stage, std::string_view path) {
  int posts = 0;
  for (const http::Request& request : stage.transport.requests()) {
    posts += request.method == http::Method::kPost && support::IsBelow(request, path) ? 1 : 0;
  }
  return posts;
}

/// The address of the user of a row that shares it with no other.
inline std::string Email(std::int64_t row) { return "u" + std::to_string(row) + "@x.example"; }

inline void SubmitRows(DispatchStage& stage, std::int64_t first, std::int64_t last) {
  for (std::int64_t row = first; row <= last; ++row) stage.Submit(MakeRow(row, Email(row)));
}

/// Has the target answer something, a look-up that finds nothing: before the first answer ever a
/// silent target ends the run.
inline void Reach(DispatchStage& stage) {
  model::Organization nobody = MakeOrganization("org_01Nobody", "");
  nobody.ref.kind = model::OrganizationRef::Kind::kId;
  nobody.first_row = 999;
  stage.RunOrganization(nobody);
}

/// Makes one object of `kind` and gives its effect as the journal has it.
inline model::Effect MakeOne(DispatchStage& stage, model::EffectKind kind) {
  Reach(stage);
  if (kind == model::EffectKind::kOrganization) {
    return stage.RunOrganization(MakeOrganization("acme", "Acme")).effect;
  }
  auto row = kind == model::EffectKind::kUser ? MakeRow(1, "Ann@X.example")
                                              : MakeRow(1, "Ann@X.example", "org_01Acme");
  stage.RunRow(std::move(row));
  return stage.journal.EffectOf(1, kind).value_or(model::Effect{});
}

}  // namespace rehome::dispatch
