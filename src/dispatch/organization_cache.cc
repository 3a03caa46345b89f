#include "dispatch/organization_cache.h"

#include <oneapi/tbb/concurrent_hash_map.h>

#include <atomic>
#include <utility>

namespace rehome::dispatch {

struct OrganizationCache::Table {
  tbb::concurrent_hash_map<std::string, CachedOrganization> map;
  std::atomic<std::int64_t> entries{0};
};

OrganizationCache::OrganizationCache() : table_(std::make_unique<Table>()) {}
OrganizationCache::~OrganizationCache() = default;

void OrganizationCache::Put(const std::string& key, CachedOrganization organization) {
  const bool there = !organization.id.empty();
  decltype(table_->map)::accessor entry;
  const bool fresh = table_->map.insert(entry, key);
  const bool was_there = !fresh && !entry->second.id.empty();
  entry->second = std::move(organization);
  table_->entries.fetch_add((there ? 1 : 0) - (was_there ? 1 : 0));
}

std::optional<CachedOrganization> OrganizationCache::Find(const std::string& key) const {
  decltype(table_->map)::const_accessor entry;
  if (!table_->map.find(entry, key)) return std::nullopt;
  return entry->second;
}

std::int64_t OrganizationCache::entries() const { return table_->entries.load(); }

}  // namespace rehome::dispatch
