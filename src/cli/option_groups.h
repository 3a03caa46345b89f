#pragma once

#include <string>
#include <vector>

#include "cli/option_section.h"
#include "cli/options.h"

namespace rehome::cli {

/// Groups of options that several commands have.
void AddRunsDir(OpenCommand& command, CommonOptions& common);
/// Output of any command. `--color` and `--verbose` are taken everywhere and change nothing.
Section AddOutput(OpenCommand& command, CommonOptions& common, const std::string& json);
/// Output of a command that takes its time.
void AddProgress(OpenCommand& command, CommonOptions& common);
/// The same, without what sets the clock.
void AddProgressOfOwnClock(OpenCommand& command, CommonOptions& common);
/// What others are told of a run.
void AddAutomation(OpenCommand& command, AutomationOptions& automation);
/// How a file is understood.
void AddInput(OpenCommand& command, InputOptions& input);
void AddTarget(OpenCommand& command, TargetOptions& target);
/// The same where a run has a target already.
void AddTargetOfRun(OpenCommand& command, TargetOptions& target);
/// Gives the names of those that belong to the run: all but --deadline, which is of one start.
std::vector<std::string> AddPace(OpenCommand& command, PaceOptions& pace);
/// The same of a command that only reads: how fast, not how many.
std::vector<std::string> AddReadingPace(OpenCommand& command, PaceOptions& pace);
/// `--coordinator`, on the commands that take the lock on a target or look at it.
void AddCoordinator(Section section, std::string& coordinator, const std::string& text);
void AddLocking(Section section, std::string& wait, bool& only_runner);

/// What a command has besides its name, its text, and RUN or FILE with how it is understood.
void AddImportOptions(OpenCommand& command, ImportCommand& import);
void AddValidateOptions(OpenCommand& command, ValidateCommand& validate);
std::vector<std::string> AddResumeOptions(OpenCommand& command, ResumeCommand& resume);
std::vector<std::string> AddRetryOptions(OpenCommand& command, RetryCommand& retry);
std::vector<std::string> AddVerifyOptions(OpenCommand& command, VerifyCommand& verify);
void AddRehearseOptions(OpenCommand& command, RehearseCommand& rehearse);
void AddReportOptions(OpenCommand& command, ReportCommand& report);
void AddStatusOptions(OpenCommand& command, StatusCommand& status);
/// Of `lock status` and `lock check`.
void AddLockLookOptions(OpenCommand& command, LockCommand& lock);
void AddLockReleaseOptions(OpenCommand& command, LockCommand& lock);

}  // namespace rehome::cli
