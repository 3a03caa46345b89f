#pragma once

#include <string>
#include <string_view>

namespace rehome::base {

/// Bytes that must never be printed, logged or stored: an API key, a password, a hash. It has no
/// stream operator and no conversion; `Reveal` marks each place that really needs the bytes. They
/// are overwritten when the object goes. One owner; copies are separate.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  std::string_view Reveal() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }

 private:
  void Wipe();
  std::string bytes_;
};

}  // namespace rehome::base
