#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/reason.h"

namespace rehome::dispatch {

/// What warm-up found out about one organization.
struct CachedOrganization {
  std::string id;                               ///< on the target; empty when it failed
  model::Reason reason = model::Reason::kNone;  ///< why it failed
};

/// Organization key → id, one for all workers: filled by warm-up, read-only during the import.
/// Never evicts. Any thread.
class OrganizationCache {
 public:
  OrganizationCache();
  ~OrganizationCache();
  OrganizationCache(const OrganizationCache&) = delete;
  OrganizationCache& operator=(const OrganizationCache&) = delete;

  void Put(const std::string& key, CachedOrganization organization);
  std::optional<CachedOrganization> Find(const std::string& key) const;
  /// Organizations that are there (failed ones not counted).
  std::int64_t entries() const;

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

}  // namespace rehome::dispatch
