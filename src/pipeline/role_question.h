#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "directory/reply.h"
#include "http/transport.h"

namespace rehome::pipeline {

/// Asks the target which roles its environment has, before an import begins: one read, tried again
/// a few times when the target does not answer it well. It decides about nothing: where the list
/// cannot be had the import is free to go on. Lives on the event loop's thread; the references must
/// outlive it.
class RoleQuestion final : public http::Driver {
 public:
  /// `id` begins the id of each of its requests.
  RoleQuestion(http::Transport& transport, const base::Clock& clock, std::uint64_t seed,
               std::string id);

  /// Set once it is finished: the slugs, at least one; nothing when the list cannot be had. An
  /// environment has a role from its beginning, so a list without any tells that the target does
  /// not serve it.
  const std::optional<std::vector<std::string>>& slugs() const { return slugs_; }
  /// Why there is no list, in the target's or the library's words.
  const std::string& trouble() const { return trouble_; }

  void Poll(base::Instant now) override;
  std::optional<base::Instant> NextDeadline() const override;
  bool finished() const override { return finished_; }

 private:
  void OnCompletion(const http::Completion& completion);
  void Judge(const http::Response& response, const directory::Reply& reply);
  void TakeList(const http::Response& response);
  void TryAgain(base::Duration asked);

  http::Transport& transport_;
  const base::Clock& clock_;
  base::Random random_;
  const std::string id_;
  const base::Instant begin_;
  base::Instant next_;
  int tries_ = 0;
  bool out_ = false;
  bool was_empty_ = false;
  bool finished_ = false;
  std::optional<std::vector<std::string>> slugs_;
  std::string trouble_;
};

}  // namespace rehome::pipeline
