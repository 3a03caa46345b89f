#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace rehome::base {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr,
               "rehome: internal error: %s is false (%s:%d); nothing is lost: run `rehome resume`, "
               "and please report this line\n",
               condition, file, line);
  std::abort();
}

}  // namespace rehome::base
