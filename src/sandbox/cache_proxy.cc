#include "sandbox/cache_proxy.h"

#include <utility>

namespace rehome::sandbox {

bool CacheProxy::Passes(const Request& request) const {
  if (empty() || (request.method != "GET" && !rules_.caches_writes)) return true;
  const bool asked = request.cache_control.find("no-cache") != std::string_view::npos ||
                     request.cache_control.find("no-store") != std::string_view::npos;
  return rules_.honours_control && asked;
}

std::string CacheProxy::KeyOf(const Request& request) const {
  std::string key(request.method);
  const std::string_view target = request.target;
  return key.append(" ").append(rules_.ignores_query ? target.substr(0, target.find('?')) : target);
}

const CacheProxy::Kept* CacheProxy::Find(const Request& request, base::Instant now) const {
  if (Passes(request)) return nullptr;
  const auto found = kept_.find(KeyOf(request));
  if (found == kept_.end() || now - found->second.since >= rules_.time_to_live) return nullptr;
  return &found->second;
}

void CacheProxy::Keep(const Request& request, const Response& response, base::Instant now) {
  if (Passes(request) || response.status < 200 || response.status >= 300) return;
  kept_.insert_or_assign(KeyOf(request),
                         Kept{.status = response.status, .body = response.body, .since = now});
}

}  // namespace rehome::sandbox
