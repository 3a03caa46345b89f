#pragma once

#include <string>

#include "journal/run_lock.h"
#include "json/writer.h"

namespace rehome::cli {

/// Who holds a lock, as the member `holder` of an object that is being written.
void WriteHolder(json::Writer& writer, const journal::LockHolder& holder);

/// `user@host, pid N, since T`, with a remark when it is suspended or not seen.
std::string HolderText(const journal::LockHolder& holder);

}  // namespace rehome::cli
