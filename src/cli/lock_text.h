#pragma once

#include <string>
#include <string_view>

#include "journal/run_directory.h"
#include "journal/run_lock.h"
#include "json/writer.h"

namespace rehome::cli {

/// Who holds a lock, as the member `holder` of an object that is being written.
void WriteHolder(json::Writer& writer, const journal::LockHolder& holder);

/// `user@host, pid N, since T`, with a remark when it is suspended or not seen.
std::string HolderText(const journal::LockHolder& holder);

/// Writes among the events of a run who asked `lock release` about it, and what he was told.
void AuditRelease(const journal::RunDirectory& run, std::string_view result);

}  // namespace rehome::cli
