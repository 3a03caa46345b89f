#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "model/organization.h"
#include "survey/survey.h"

namespace rehome::survey {

/// The cells of a row that say where it belongs, unquoted, not trimmed.
struct OrganizationCells {
  std::string_view id;
  std::string_view external_id;
  std::string_view name;
};

/// Collects the organizations that well-formed rows name, by the rules that plan has for a row: a
/// row whose organization is refused there names none here. Of a file that is imported in part all
/// rows give names, since the first one in the file counts; the organizations are those of the
/// part. One thread.
class OrganizationTally {
 public:
  /// `options` must outlive it.
  explicit OrganizationTally(const OrganizationOptions& options);
  /// Counts a row; rows come in order. One that is not `selected` gives no more than a name.
  void Count(const OrganizationCells& cells, std::int64_t row, std::int64_t line, bool selected);
  /// No row follows: what is asked for below is complete.
  void Finish();

  std::int64_t rows_with_organization() const { return rows_with_organization_; }
  std::int64_t warning_count() const { return warning_count_; }
  std::vector<SurveyWarning> TakeWarnings() { return std::move(warnings_); }
  /// Those that selected rows name, sorted by ref.
  std::vector<model::Organization> TakeOrganizations();

 private:
  using ByValue = std::unordered_map<std::string, model::Organization>;
  struct Reference {
    model::OrganizationRef::Kind kind = model::OrganizationRef::Kind::kExternalId;
    std::string_view value;
  };

  // A row is counted when the next one comes: until then the memory it needs has come near.
  struct Pending {
    base::Hash128 cells;
    model::OrganizationRef ref;
    std::string name;
    std::int64_t row = 0;  // 0 = none is pending
    std::int64_t line = 0;
    bool selected = false;
  };
  // Which organization the last rows with these cells named, and how many of them are not yet in
  // its count. Such a row touches one cache line instead of the maps.
  struct Recent {
    base::Hash128 cells;  // salted, so that no file can be made to collide
    model::Organization* organization = nullptr;
    std::int64_t rows = 0;
  };
  // The two that last shared a place, the later first: one cache line.
  struct alignas(64) Place {
    std::array<Recent, 2> recent;
  };
  // 128 KB. Fewer would send the rows of some thousand organizations to the maps; more would not
  // stay in the second-level cache.
  static constexpr std::size_t kPlaces = 2048;

  std::optional<Reference> ReferenceOf(const OrganizationCells& cells) const;
  base::Hash128 HashOf(const Reference& reference, std::string_view name) const;
  void CountPending();
  void ForgetRecent();
  void CountRow(model::Organization& organization) const;
  model::Organization& Find(const model::OrganizationRef& ref);
  void WarnOfName(const model::Organization& organization, const Pending& row);

  const OrganizationOptions& options_;
  const std::uint64_t salt_;
  Pending pending_;
  bool part_has_begun_ = false;
  std::vector<Place> places_ = std::vector<Place>(kPlaces);
  ByValue by_id_;
  ByValue by_external_id_;
  ByValue by_name_;
  std::int64_t rows_with_organization_ = 0;
  std::int64_t warning_count_ = 0;
  std::vector<SurveyWarning> warnings_;
};

}  // namespace rehome::survey
