#include "cli/file_uri.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "base/file.h"
#include "base/text.h"

namespace rehome::cli {
namespace {

std::string Encoded(const std::string& path) {
  std::string uri;
  for (const std::string& part : base::Split(path, '/')) {
    if (!uri.empty() || path.starts_with('/')) uri += '/';
    uri += base::PercentEncode(part);
  }
  return path.starts_with('/') ? uri.substr(1) : uri;
}

}  // namespace

std::string FileUri(const std::string& path) {
  std::error_code error;
  const std::filesystem::path whole =
      std::filesystem::path(base::AbsolutePath(path)).lexically_normal();
  const std::filesystem::path here = std::filesystem::current_path(error);
  const std::string relative = error ? "" : whole.lexically_relative(here).string();
  if (relative.empty() || relative.starts_with("..")) return "file://" + Encoded(whole.string());
  return Encoded(relative);
}

}  // namespace rehome::cli
