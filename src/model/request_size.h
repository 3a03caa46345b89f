#pragma once

#include <cstddef>

namespace rehome::model {

/// The most bytes of one request's body. The target documents none; its answers are those of a
/// server whose own limit this is (100 KiB), and the sandbox has the same. Smaller would refuse
/// what the target takes; larger sends what it refuses, row by row.
inline constexpr std::size_t kMaxRequestBytes = std::size_t{100} * 1024;

}  // namespace rehome::model
