#include "report/metrics_writer.h"

#include <array>
#include <cstdio>

namespace rehome::report {
namespace {

std::string Escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

MetricsWriter::MetricsWriter(std::string_view label, std::string_view value)
    : label_(std::string(label) + "=\"" + Escaped(value) + "\"") {}

MetricsWriter& MetricsWriter::Family(std::string_view name, Kind kind, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " " + std::string(help) + "\n";
  text_ += "# TYPE " + name_ + (kind == Kind::kCounter ? " counter\n" : " gauge\n");
  return *this;
}

MetricsWriter& MetricsWriter::Sample(Labels labels, std::int64_t value) {
  Line(labels, std::to_string(value));
  return *this;
}

MetricsWriter& MetricsWriter::Sample(Labels labels, double value) {
  std::array<char, 40> text{};
  // Enough for milliseconds of a time since 1970.
  std::snprintf(text.data(), text.size(), "%.15g", value);
  Line(labels, text.data());
  return *this;
}

MetricsWriter& MetricsWriter::Sample(Labels labels, base::Duration value) {
  return Sample(labels, std::chrono::duration<double>(value).count());
}

void MetricsWriter::Line(Labels labels, std::string_view value) {
  text_ += name_ + "{" + label_;
  for (const auto& [label, content] : labels) {
    text_ += "," + std::string(label) + "=\"" + Escaped(content) + "\"";
  }
  text_ += "} " + std::string(value) + "\n";
}

}  // namespace rehome::report
