#include "cli/run_verification.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/live_summary.h"
#include "cli/progress_teller.h"
#include "cli/signals.h"
#include "cli/target_lock.h"
#include "json/writer.h"
#include "report/finding_file.h"
#include "report/finding_groups.h"
#include "report/law.h"
#include "report/verification_line.h"

namespace rehome::cli {
namespace {

using model::Verification;
using model::VerificationState;

// How often the main thread looks around: a verification that ends is seen at once, the rest is at
// most this late.
constexpr std::chrono::milliseconds kTick(50);

/// What is found, until it is reported. Any thread.
class FindingStore {
 public:
  explicit FindingStore(const journal::RunDirectory& run) : file_(run) {}

  void Add(const model::VerificationFinding& finding) {
    base::MutexLock lock(mutex_);
    groups_.Add(finding);
    file_.Add(finding);
  }
  std::vector<report::ErrorGroup> groups() const {
    base::MutexLock lock(mutex_);
    return groups_.groups();
  }
  /// Once nothing is added any more.
  base::Status Commit(journal::JournalReader& journal) {
    base::MutexLock lock(mutex_);
    return file_.Commit(journal);
  }

 private:
  mutable base::Mutex mutex_;
  report::FindingGroups groups_ GUARDED_BY(mutex_);
  report::FindingFile file_ GUARDED_BY(mutex_);
};

/// The main thread's part while a verification runs on its own threads.
class Watch {
 public:
  Watch(const VerificationInputs& inputs, verify::Verifier& verifier, const FindingStore& findings)
      : inputs_(inputs),
        verifier_(verifier),
        findings_(findings),
        objects_(report::ObjectsOf(inputs.summary)),
        teller_(inputs.view, inputs.events, inputs.clock, inputs.session.options.pace.rate) {
    teller_.GoOnFrom(inputs.phases);
  }

  /// Before the verifier starts: it may be paused already.
  void Begin() {
    if (inputs_.control != nullptr) inputs_.control->Begin(Controls());
  }

  void UntilEnd() {
    auto next_status = std::chrono::steady_clock::now();
    while (!verifier_.WaitFor(kTick)) {
      if (const auto signal_number = WaitForSignal(std::chrono::milliseconds(0))) {
        OnSignal(*signal_number);
      }
      if (inputs_.session.deadline && inputs_.clock.Now() >= *inputs_.session.deadline) {
        End("the time of --deadline has come");
      }
      ServeControl();
      inputs_.events.WriteReady();
      teller_.Update(CountsOf(verifier_.Look(), objects_), verifier_.Brakes());
      if (std::chrono::steady_clock::now() < next_status) continue;
      next_status = std::chrono::steady_clock::now() + kStatusEvery;
      inputs_.on_progress(SummarySoFar(), teller_.phases());
      if (const auto lost = LockLost(inputs_.session)) End(lost->message);
    }
    teller_.End(CountsOf(verifier_.Look(), objects_), ProgressTeller::Line::kShown);
    inputs_.events.WriteReady();
    inputs_.view.WriteReady();
    inputs_.view.Clear();
  }

  /// What it came to. Why it was ended early is known here only.
  Verification Result() const {
    Verification verification = verifier_.Look();
    const bool early = verification.state == VerificationState::kIncomplete;
    if (early && !why_ended_.empty()) verification.why_incomplete = why_ended_;
    return verification;
  }
  std::optional<int> signal() const { return signal_; }
  const std::vector<PhaseProgress>& phases() const { return teller_.phases(); }

 private:
  void OnSignal(int signal_number) {
    if (signal_) {
      inputs_.view.Tell("stopped at once; continue with: " + inputs_.continue_with);
      inputs_.view.WriteReady();
      DieBySignal(signal_number);
    }
    signal_ = signal_number;
    inputs_.view.Say("stopping the verification (again: stop at once)");
    End("it was interrupted");
  }

  void ServeControl() {
    if (inputs_.control == nullptr) return;
    inputs_.control->Serve(Controls());
    teller_.SetPaused(inputs_.control->paused());
    teller_.SetRate(inputs_.control->pace().rate);
  }

  void End(std::string why) {
    if (!why_ended_.empty()) return;
    if (inputs_.control != nullptr) inputs_.control->Stopping();
    why_ended_ = std::move(why);
    verifier_.Interrupt();
  }

  Steering Controls() {
    return {.when = "while the run is verified",
            .way_on = "continue with: " + inputs_.continue_with,
            .look =
                [this] {
                  const PhaseCounts counts = CountsOf(verifier_.Look(), objects_);
                  const report::Summary& summary = inputs_.summary;
                  ControlStatus status{.phase = "verification",
                                       .rows_done = summary.rows_read,
                                       .rows = summary.rows_read};
                  status.limit = base::WithThousands(counts.done) + " of " +
                                 base::Count(counts.all, "object", "objects") + " compared";
                  return status;
                },
            .stop = [this] { End(std::string("it was ") + kStoppedByCtl); },
            .pause = [this] { verifier_.Pause(); },
            .resume = [this] { verifier_.Resume(); },
            .set_pace = [this](const auto& pace) { verifier_.SetPace(pace); }};
  }

  report::Summary SummarySoFar() const {
    report::Summary summary = inputs_.summary;
    Verification verification = verifier_.Look();
    verification.state = VerificationState::kIncomplete;
    verification.why_incomplete = "it is going on";
    report::AddVerification(summary, verification, findings_.groups());
    return summary;
  }

  const VerificationInputs& inputs_;
  verify::Verifier& verifier_;
  const FindingStore& findings_;
  const std::int64_t objects_;
  ProgressTeller teller_;
  std::string why_ended_;
  std::optional<int> signal_;
};

// Each verification of a run has request ids of its own.
std::string RequestPrefix(const std::string& run_id) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), ".v%08x",
                static_cast<unsigned>(base::EntropySeed() & 0xffffffff));
  return run_id + text.data();
}

base::Result<verify::VerifierOptions> OptionsOf(const VerificationInputs& inputs) {
  auto run_options = inputs.session.options;
  if (inputs.control != nullptr) run_options.pace = inputs.control->pace();
  auto import = ImportOptionsOf(run_options);
  if (!import) return import.error();
  verify::VerifierOptions options;
  options.dispatch = std::move(import->dispatch);
  options.dispatch.on_mismatch = [&events = inputs.events](const dispatch::Mismatch& mismatch) {
    TellMismatch(events, mismatch);
  };
  options.dispatch.on_quota_change = [&events =
                                          inputs.events](const dispatch::QuotaChange& change) {
    TellQuotaChange(events, change);
  };
  options.dispatch.sent_before = inputs.sent_before;
  options.dispatch.run_id = RequestPrefix(inputs.run.run_id());
  options.dispatch.seed = base::EntropySeed();
  // The import has just sent its last request.
  options.dispatch.pace.not_before = inputs.clock.Now() + options.dispatch.pace.min_delay;
  options.store_path = inputs.run.File("verification.tmp");
  return options;
}

std::string VerificationEndedMembers(const Verification& verification) {
  json::Writer writer;
  writer.BeginObject()
      .Field("state", model::NameOf(verification.state))
      .Field("compared", report::ComparedBy(verification))
      .Field("findings", model::AccusationsOf(verification))
      .Field("unanswered",
             verification.findings[static_cast<std::size_t>(model::FindingKind::kUnanswered)])
      .EndObject();
  return MembersOf(writer.text());
}

// What is told must be what is in verification.csv.
base::Status CheckCount(const std::string& run_id, const Verification& verification,
                        const std::vector<report::ErrorGroup>& findings) {
  std::int64_t told = 0;
  for (const report::ErrorGroup& group : findings) told += group.count;
  const std::int64_t counted = report::ToldBy(verification);
  if (told == counted) return {};
  return report::LawBroken(run_id, "a verification tells each finding that it counts",
                           std::to_string(told) + " against " + std::to_string(counted));
}

}  // namespace

base::Result<VerificationEnd> VerifyRun(const VerificationInputs& inputs,
                                        const MakeVerifierOf& make) {
  auto options = OptionsOf(inputs);
  if (!options) return options.error();
  FindingStore findings(inputs.run);
  const auto verifier =
      make(*std::move(options),
           {.input = InputOf(inputs.session),
            .header = inputs.session.header,
            .survey = inputs.session.survey,
            .journal = inputs.journal,
            .loop = inputs.loop,
            .clock = inputs.clock,
            .on_finding = [&findings](const auto& finding) { findings.Add(finding); }});
  inputs.events.Emit("verification_started", "");
  const std::int64_t objects = report::ObjectsOf(inputs.summary);
  inputs.view.Say("verification: comparing " + base::Count(objects, "object", "objects") +
                  " with the file");
  Watch watch(inputs, *verifier, findings);
  watch.Begin();
  verifier->Start();
  watch.UntilEnd();
  VerificationEnd end;
  end.verification = watch.Result();
  end.findings = findings.groups();
  end.phases = watch.phases();
  // A signal that came when all was compared already did not end it.
  if (end.verification.state == VerificationState::kIncomplete) end.signal = watch.signal();
  RETURN_IF_ERROR(CheckCount(inputs.run.run_id(), end.verification, end.findings));
  const bool keeps_old = inputs.at_signal == VerificationInputs::AtSignal::kLeaveAsItWas;
  if (!end.signal || !keeps_old) {
    if (inputs.before_findings) RETURN_IF_ERROR(inputs.before_findings());
    RETURN_IF_ERROR(findings.Commit(inputs.journal));
  }
  inputs.events.Emit("verification_ended", VerificationEndedMembers(end.verification));
  return end;
}

}  // namespace rehome::cli
