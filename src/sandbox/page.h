#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/message.h"
#include "sandbox/table.h"
#include "sandbox/target.h"

namespace rehome::sandbox {

/// The paging parameters of a list request.
struct PageRequest {
  enum class Order { kAscending, kDescending };

  std::size_t limit = 10;
  Order order = Order::kDescending;
  std::optional<std::string> after;
  std::optional<std::string> before;
};

/// Reads limit, order, after and before; 422 when one of them is not legal.
Checked<PageRequest> ParsePageRequest(const Target& target);

/// What a list request walks over: growing places, or all those of a table.
class SlotRange {
 public:
  explicit SlotRange(Slot all) : all_(all) {}
  explicit SlotRange(std::span<const Slot> some) : all_(0), some_(some), listed_(true) {}

  std::size_t size() const { return listed_ ? some_.size() : all_; }
  Slot operator[](std::size_t index) const {
    return listed_ ? some_[index] : static_cast<Slot>(index);
  }
  /// Index of the first place that is `slot` or later.
  std::size_t LowerBound(Slot slot) const {
    if (!listed_) return std::min(slot, all_);
    return static_cast<std::size_t>(std::lower_bound(some_.begin(), some_.end(), slot) -
                                    some_.begin());
  }

 private:
  Slot all_;
  std::span<const Slot> some_;
  bool listed_ = false;
};

/// One page, in the order that was asked for.
struct Page {
  std::vector<Slot> slots;
  bool more_before = false;
  bool more_after = false;
};

/// Takes the page out of `range`; `accept(slot)` tells what belongs into the list. Gives nothing
/// when a cursor names no place: `place_of(id)` looks it up.
template <class Accept, class PlaceOf>
std::optional<Page> TakePage(const SlotRange& range, const PageRequest& request, Accept accept,
                             PlaceOf place_of) {
  const bool backward = !request.after && request.before.has_value();
  const bool upward = (request.order == PageRequest::Order::kAscending) != backward;
  std::size_t begin = 0;
  std::size_t end = range.size();
  if (request.after || request.before) {
    const std::optional<Slot> cursor = place_of(request.after ? *request.after : *request.before);
    if (!cursor) return std::nullopt;
    if (upward) begin = range.LowerBound(*cursor + 1);
    if (!upward) end = range.LowerBound(*cursor);
  }
  Page page;
  bool more = false;
  for (; begin < end && !more; upward ? ++begin : --end) {
    const Slot slot = range[upward ? begin : end - 1];
    if (!accept(slot)) continue;
    more = page.slots.size() == request.limit;
    if (!more) page.slots.push_back(slot);
  }
  const bool any = !page.slots.empty();
  page.more_after = backward ? any : more;
  page.more_before = backward ? more : any && request.after.has_value();
  if (backward) std::reverse(page.slots.begin(), page.slots.end());
  return page;
}

/// The list as the API shows it; `bodies` are rendered objects, `ids` theirs.
Response RenderList(const Page& page, std::span<const std::string> bodies,
                    std::span<const std::string> ids);
/// 422 for a cursor that names nothing.
Response UnknownCursor();

}  // namespace rehome::sandbox
