#pragma once

#include <memory>

#include "http/event_loop.h"

namespace rehome::http {

/// An event loop that has no way to write: a request that is no GET is a bug and ends the process
/// before it is looked at. Threads as those of the loop it stands on, which it owns.
std::unique_ptr<EventLoop> MakeReadOnlyLoop(std::unique_ptr<EventLoop> loop);

}  // namespace rehome::http
