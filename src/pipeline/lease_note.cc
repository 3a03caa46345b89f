#include "pipeline/lease_note.h"

#include <algorithm>

#include "base/text.h"

namespace rehome::pipeline {
namespace {

constexpr std::size_t kLongestValue = 200;

// As a target keeps it: ASCII, not too long, and not empty, which some take for "delete".
std::string Value(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char byte) { return byte < ' ' || byte > '~'; }, '?');
  text.resize(std::min(text.size(), kLongestValue));
  return text.empty() ? "-" : text;
}

std::string At(const directory::OrganizationObject& organization, std::string_view key) {
  for (const auto& [name, value] : organization.metadata) {
    if (name == key) return value == "-" ? std::string() : value;
  }
  return {};
}

std::int64_t NumberAt(const directory::OrganizationObject& organization, std::string_view key) {
  return base::ParseInt(At(organization, key)).value_or(0);
}

}  // namespace

directory::Metadata EncodeLeaseNote(const LeaseNote& note) {
  const journal::LockHolder& holder = note.holder;
  directory::Metadata metadata = EncodeBeat(note);
  metadata.insert(metadata.end(), {{"rehome_nonce", Value(note.nonce)},
                                   {"rehome_host", Value(holder.host)},
                                   {"rehome_user", Value(holder.user)},
                                   {"rehome_pid", Value(std::to_string(holder.pid))},
                                   {"rehome_boot", Value(holder.boot_id)},
                                   {"rehome_pid_namespace", Value(holder.pid_namespace)},
                                   {"rehome_start_ticks", std::to_string(holder.start_ticks)},
                                   {"rehome_since", Value(holder.acquired_at)}});
  return metadata;
}

directory::Metadata EncodeBeat(const LeaseNote& note) {
  return {{"rehome_beat", std::to_string(note.beat)}, {"rehome_run", Value(note.holder.run_id)}};
}

std::optional<LeaseNote> LeaseNoteOf(const directory::OrganizationObject& organization) {
  if (organization.external_id != kLeaseExternalId) return std::nullopt;
  LeaseNote note;
  note.organization_id = organization.id;
  note.nonce = At(organization, "rehome_nonce");
  note.beat = NumberAt(organization, "rehome_beat");
  note.holder.run_id = At(organization, "rehome_run");
  note.holder.host = At(organization, "rehome_host");
  note.holder.user = At(organization, "rehome_user");
  note.holder.pid = NumberAt(organization, "rehome_pid");
  note.holder.boot_id = At(organization, "rehome_boot");
  note.holder.pid_namespace = At(organization, "rehome_pid_namespace");
  note.holder.start_ticks = NumberAt(organization, "rehome_start_ticks");
  note.holder.acquired_at = At(organization, "rehome_since");
  return note;
}

bool IsOrphaned(const LeaseNote& note) {
  const journal::LockHolder& holder = note.holder;
  const bool is_described = holder.pid > 0 && holder.start_ticks > 0 && !holder.boot_id.empty() &&
                            !holder.pid_namespace.empty();
  const journal::LockHolder self = journal::DescribeThisProcess();
  // Of another user's process it may only be hidden that it is there.
  const bool is_of_ours = holder.user == Value(self.user) && holder.host == Value(self.host);
  return is_described && is_of_ours && journal::LifeOf(holder) == journal::HolderLife::kNotSeen;
}

}  // namespace rehome::pipeline
