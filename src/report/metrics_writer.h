#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"

namespace rehome::report {

/// Writes metrics in the text format of Prometheus, version 0.0.4: each family once, then its
/// samples.
class MetricsWriter {
 public:
  enum class Kind { kGauge, kCounter };
  /// A label that every sample has.
  MetricsWriter(std::string_view label, std::string_view value);
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// The family that the next samples belong to.
  MetricsWriter& Family(std::string_view name, Kind kind, std::string_view help);
  MetricsWriter& Sample(Labels labels, std::int64_t value);
  MetricsWriter& Sample(Labels labels, double value);
  /// In seconds.
  MetricsWriter& Sample(Labels labels, base::Duration value);
  /// A family of one sample.
  template <class T>
  MetricsWriter& Gauge(std::string_view name, std::string_view help, T value) {
    return Family(name, Kind::kGauge, help).Sample({}, value);
  }
  template <class T>
  MetricsWriter& Counter(std::string_view name, std::string_view help, T value) {
    return Family(name, Kind::kCounter, help).Sample({}, value);
  }

  std::string Take() { return std::move(text_); }

 private:
  void Line(Labels labels, std::string_view value);

  std::string label_;
  std::string text_;
  std::string name_;
};

}  // namespace rehome::report
