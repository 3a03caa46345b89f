#include "survey/organization_tally.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/random.h"
#include "base/text.h"

namespace rehome::survey {
namespace {

using Kind = model::OrganizationRef::Kind;

// More are counted but not kept: nobody reads them, and memory must not grow with the file.
constexpr std::size_t kMaxWarnings = 1000;
// Cells of more bytes are hashed in the heap.
constexpr std::size_t kUsualBytes = 256;

}  // namespace

OrganizationTally::OrganizationTally(const OrganizationOptions& options)
    : options_(options), salt_(base::EntropySeed()) {}

void OrganizationTally::Count(const OrganizationCells& cells, std::int64_t row, std::int64_t line,
                              bool selected) {
  const auto reference = ReferenceOf(cells);
  if (!reference) return;
  if (selected) ++rows_with_organization_;
  const std::string_view name =
      options_.all_rows ? std::string_view(options_.all_rows_name) : base::Trim(cells.name);
  const base::Hash128 hash = HashOf(*reference, name);
  __builtin_prefetch(&places_[hash.low % kPlaces], 1);
  CountPending();
  pending_.cells = hash;
  pending_.ref.kind = reference->kind;
  pending_.ref.value = reference->value;
  pending_.name = name;
  pending_.row = row;
  pending_.line = line;
  pending_.selected = selected;
}

void OrganizationTally::CountPending() {
  if (pending_.row == 0) return;
  // Each organization has to see its first selected row.
  if (pending_.selected && !part_has_begun_) ForgetRecent();
  part_has_begun_ = part_has_begun_ || pending_.selected;
  auto& [later, earlier] = places_[pending_.cells.low % kPlaces].recent;
  for (Recent* recent : {&later, &earlier}) {
    if (recent->cells != pending_.cells || recent->organization == nullptr) continue;
    if (pending_.selected) ++recent->rows;
    return;
  }
  model::Organization& organization = Find(pending_.ref);
  CountRow(organization);
  if (organization.name.empty()) {
    organization.name = pending_.name;
    if (pending_.name.empty() && pending_.ref.kind == Kind::kName) {
      organization.name = pending_.ref.value;
    }
  } else if (!pending_.name.empty() && pending_.name != organization.name) {
    if (pending_.selected) WarnOfName(organization, pending_);
    return;
  }
  if (earlier.organization != nullptr) earlier.organization->rows += earlier.rows;
  earlier = later;
  later = {pending_.cells, &organization, 0};
}

void OrganizationTally::Finish() {
  CountPending();
  pending_.row = 0;
  ForgetRecent();
}

void OrganizationTally::ForgetRecent() {
  for (const Place& place : places_) {
    for (const Recent& recent : place.recent) {
      if (recent.organization != nullptr) recent.organization->rows += recent.rows;
    }
  }
  places_.assign(kPlaces, {});
}

base::Hash128 OrganizationTally::HashOf(const Reference& reference, std::string_view name) const {
  std::array<char, kUsualBytes> buffer;
  const std::size_t size = sizeof(salt_) + 1 + reference.value.size() + 1 + name.size();
  const auto write = [this, &reference, name](char* to) {
    std::memcpy(to, &salt_, sizeof(salt_));
    to += sizeof(salt_);
    *to++ = static_cast<char>(reference.kind);
    to = std::copy(reference.value.begin(), reference.value.end(), to);
    *to++ = '\0';
    std::copy(name.begin(), name.end(), to);
  };
  if (size <= buffer.size()) {
    write(buffer.data());
    return base::HashBytes({buffer.data(), size});
  }
  std::string bytes(size, '\0');
  write(bytes.data());
  return base::HashBytes(bytes);
}

void OrganizationTally::CountRow(model::Organization& organization) const {
  if (!pending_.selected) return;
  if (organization.rows++ == 0) organization.first_row = pending_.row;
}

model::Organization& OrganizationTally::Find(const model::OrganizationRef& ref) {
  ByValue& map = ref.kind == Kind::kId           ? by_id_
                 : ref.kind == Kind::kExternalId ? by_external_id_
                                                 : by_name_;
  return map.try_emplace(ref.value, model::Organization{ref, "", 0, 0}).first->second;
}

std::optional<OrganizationTally::Reference> OrganizationTally::ReferenceOf(
    const OrganizationCells& cells) const {
  if (options_.all_rows) return Reference{options_.all_rows->kind, options_.all_rows->value};
  const std::string_view id = base::Trim(cells.id);
  const std::string_view external_id = base::Trim(cells.external_id);
  const std::string_view name = base::Trim(cells.name);
  if (!id.empty() && !external_id.empty()) return std::nullopt;
  if (!id.empty()) {
    if (!model::IsOrganizationId(id)) return std::nullopt;
    return Reference{Kind::kId, id};
  }
  if (!model::IsOrganizationName(name)) return std::nullopt;
  if (!external_id.empty()) {
    if (!model::IsOrganizationExternalId(external_id)) return std::nullopt;
    return Reference{Kind::kExternalId, external_id};
  }
  if (!name.empty() && options_.by_name) return Reference{Kind::kName, name};
  return std::nullopt;
}

void OrganizationTally::WarnOfName(const model::Organization& organization, const Pending& row) {
  if (++warning_count_ > static_cast<std::int64_t>(kMaxWarnings)) return;
  warnings_.push_back({row.row, row.line, model::Reason::kWarnOrgNameDiffers,
                       "the organization " + organization.ref.value + " is called \"" + row.name +
                           "\" here and \"" + organization.name + "\" in an earlier row"});
}

std::vector<model::Organization> OrganizationTally::TakeOrganizations() {
  std::vector<model::Organization> organizations;
  for (ByValue* map : {&by_id_, &by_external_id_, &by_name_}) {
    for (auto& [value, organization] : *map) {
      if (organization.rows > 0) organizations.push_back(std::move(organization));
    }
    map->clear();
  }
  std::sort(
      organizations.begin(), organizations.end(),
      [](const model::Organization& a, const model::Organization& b) { return a.ref < b.ref; });
  return organizations;
}

}  // namespace rehome::survey
