#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::simulation {

/// What happened, in order: folded into a digest, and kept as text if somebody wants to read it.
class Trace {
 public:
  explicit Trace(bool keeps_text) : keeps_text_(keeps_text) {}

  void Note(std::int64_t at_ms, std::string_view who, std::string_view what) {
    Fold(static_cast<std::uint64_t>(at_ms));
    Fold(who);
    Fold(what);
    ++events_;
    if (!keeps_text_) return;
    text_ += std::to_string(at_ms) + " " + std::string(who) + ": " + std::string(what) + "\n";
  }
  std::uint64_t digest() const { return digest_; }
  std::int64_t events() const { return events_; }
  const std::string& text() const { return text_; }

 private:
  // FNV-1a.
  void Fold(std::string_view bytes) {
    for (const char byte : bytes) {
      digest_ = (digest_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    }
  }
  void Fold(std::uint64_t number) { digest_ = (digest_ ^ number) * 0x100000001b3ULL; }

  const bool keeps_text_;
  std::uint64_t digest_ = 0xcbf29ce484222325ULL;
  std::int64_t events_ = 0;
  std::string text_;
};

}  // namespace rehome::simulation
