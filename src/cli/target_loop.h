#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "cli/target.h"
#include "http/event_loop.h"

namespace rehome::cli {

/// The event loop of a command that talks to `target`. `clock` must outlive it.
base::Result<std::unique_ptr<http::EventLoop>> MakeLoop(const Target& target,
                                                        const base::Clock& clock);

}  // namespace rehome::cli
