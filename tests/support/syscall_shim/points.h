#pragma once

namespace shim {

enum class When { kBefore, kAfter };

/// What is to become of a call.
struct Verdict {
  int error = 0;           ///< it fails with this; before: it is not made
  bool cut_short = false;  ///< only half of the bytes are written
};

/// Tells the points of SHIM_AT that a call is about to be made, or has just succeeded. May never
/// return (kill), or only when somebody continues the process (pause). Any thread.
///
/// SHIM_AT: `function:role:nth:when:action` and more of it after `;`. `*` is any function or role;
/// `3+` the third call and all later ones. Actions: kill, pause, short, or the error eio, enospc,
/// erofs, econnreset.
Verdict Visit(const char* function, const char* role, When when);
/// One line `function role detail` in the file SHIM_LIST, if there is one: a call that is about to
/// be made.
void List(const char* function, const char* role, const char* detail);
/// kill -9 of this very process.
[[noreturn]] void Die();

}  // namespace shim
