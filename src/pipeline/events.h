#pragma once

#include <string>
#include <string_view>

namespace rehome::pipeline {

/// Where a run reports what happens, for people's logs and for machines. Any thread; must not
/// block for long.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// One event: a type and the members of its JSON object, without braces ("" = none).
  virtual void Emit(std::string_view type, const std::string& members) = 0;
  /// A line for a person.
  virtual void Say(const std::string& line) = 0;
  /// One of many that tell how far the run is, for a person who does not see it otherwise.
  virtual void SayStep(const std::string& line) { Say(line); }
};

}  // namespace rehome::pipeline
