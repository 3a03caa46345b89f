#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "directory/reply.h"
#include "dispatch/context.h"
#include "dispatch/finding.h"
#include "dispatch/found_object.h"
#include "journal/record.h"
#include "model/effect.h"

namespace rehome::dispatch {

/// Makes sure that one object (organization, user, membership) is on the target, once: intent →
/// create → answer, with look-ups wherever the outcome is in doubt. The base of three tasks that
/// differ in how the object is made, recognised and judged. Event-loop thread; kept alive by the
/// callbacks it waits for.
class EnsureTask : public std::enable_shared_from_this<EnsureTask> {
 public:
  enum class Ending {
    kSettled,    ///< the effect is done, failed or parked (not yet in the journal)
    kAbandoned,  ///< the run stops; the effect stays as the journal has it
    kLeft,       ///< absent and left so, as asked: nothing was sent, nothing is to be remembered
  };
  using Done = std::function<void(Ending)>;

  virtual ~EnsureTask() = default;
  EnsureTask(const EnsureTask&) = delete;
  EnsureTask& operator=(const EnsureTask&) = delete;

  /// Begins. `carry` is committed together with the first intent.
  void Start(std::vector<journal::Record> carry, Done done);
  /// Records given to Start that no intent has carried yet.
  std::vector<journal::Record> TakeCarry() { return std::move(carry_); }

  const model::Effect& effect() const { return effect_; }
  const std::vector<model::Warning>& warnings() const { return warnings_; }
  /// Requests that left, look-ups included.
  int sends() const { return sends_; }

  /// Called when the fate of a create became unknown, before its look-ups: warm-up goes on with
  /// the next organization.
  std::function<void()> on_set_aside;

 protected:
  enum class Look { kFound, kAbsent, kStopped, kFailed };
  enum class FirstStep { kCreate, kLookUp };
  /// What a 2xx answer to a change shows.
  enum class Shown {
    kAsSent,
    kNotAsSent,    ///< the object without all that was sent; `not_as_sent_` says what
    kOtherObject,  ///< or nothing readable
  };

  EnsureTask(Context& context, model::Effect effect, Purpose purpose);

  virtual FirstStep FirstStepOf() const = 0;
  /// Looks for the object; what it found is the subclass's to keep for Judge.
  virtual void LookUp(http::Connection connection, std::function<void(Look)> done) = 0;
  virtual http::Request MakeCreate() const = 0;
  /// Reads a 2xx answer of the create into the effect; false when it is about something else.
  virtual bool TakeAnswer(const http::Response& response) = 0;
  /// Decides about what LookUp found; ends with Settle…, or goes on (update).
  virtual void Judge() = 0;
  /// Whether what LookUp found is what a create of ours of unknown fate comes to. If not, it may
  /// yet show what that changed: it is looked at until every lag is over, and then judged.
  virtual bool ShowsTheEnd() const { return true; }
  /// TakeAnswer took a 2xx answer of the create: settle.
  virtual void SettleMade() { Settle(model::OutcomeKind::kCreated, model::Provenance::kCreated); }
  /// The object is absent and nothing was sent: create it, settle, or leave it.
  virtual void JudgeAbsent() { Create(); }
  /// Reason for "exists, but does not show".
  virtual model::Reason NotVisible() const = 0;
  /// A create answered 404: what it refers to may not be visible yet.
  virtual bool MayRetryNotFound() const { return false; }
  /// The first step when nothing is to be looked up: the create, perhaps later.
  virtual void BeginCreate() { Create(); }
  /// A create has its answer, or will get none.
  virtual void OnCreateAnswered(const Answer&) {}
  /// Whether the subclass has taken out of its request what the target refused for this reason, so
  /// that a create is worth another try.
  virtual bool TakesOut(model::Reason) { return false; }

  void Create();
  void LookFirst();
  void Abandon();
  void Leave() { End(Ending::kLeft); }
  /// Sends an idempotent change (PUT), journalled like a create, and settles it as updated;
  /// `accept` reads a 2xx answer. `effect_.replaced` says what it replaces.
  using Accept = std::function<Shown(const http::Response&)>;
  void Update(http::Request request, Accept accept);
  void Settle(model::OutcomeKind outcome, model::Provenance provenance);
  void SettleBadly(model::OutcomeKind outcome, model::Reason reason, std::string detail);
  void Refuse(const directory::Reply& reply);
  void Warn(model::Reason reason, std::string detail);
  void CountSends(int sends) { sends_ += sends; }
  /// Keeps the target's words for the row's outcome.
  void KeepWords(const directory::Reply& reply);
  /// The same for a look-up that has failed for good, with the reason if it was refused.
  void KeepTrouble(const directory::Reply& reply);
  /// Counts what a look-up sent; how it ends when the run stops or no answer could be believed,
  /// with the words of that kept. Nothing = it found the object, or that it is absent.
  template <class Object>
  std::optional<Look> TroubleOf(const Finding<Object>& finding) {
    CountSends(finding.sends);
    switch (finding.fate) {
      case Finding<Object>::Fate::kStopped:
        return Look::kStopped;
      case Finding<Object>::Fate::kFailed:
        KeepTrouble(finding.reply);
        return Look::kFailed;
      case Finding<Object>::Fate::kFound:
      case Finding<Object>::Fate::kAbsent:
        break;
    }
    return std::nullopt;
  }
  /// The same for a list of which one page holds all that was asked for.
  template <class Object>
  std::optional<Look> TroubleOfPage(const Finding<directory::Page<Object>>& finding) {
    if (const std::optional<Look> trouble = TroubleOf(finding)) return trouble;
    if (!EndsTooSoon(finding.object)) return std::nullopt;
    look_trouble_ = kEndsTooSoon;
    return Look::kFailed;
  }
  /// The target's words without secrets of the request, should it repeat them.
  virtual model::TargetWords Redacted(model::TargetWords words) const { return words; }
  /// Provenance of an object that was found although we may have created it: ours if it is not
  /// older than our first intent by the server's clock.
  model::Provenance ProvenanceOfFound(const std::string& created_at) const;
  /// Whether a time of an answer to our create lies before our first intent, by the server's clock.
  /// False for what is no time.
  bool IsBeforeIntent(const std::string& answered_at) const;
  /// Whether nothing was sent that is known of, but a journal was lost that would know.
  bool IsPresumed() const { return presumed_; }
  /// Whether a create of ours may have been applied without our knowing, and what was found was
  /// changed at a time when it may have been. A mere presumption is not enough for that.
  bool MayHaveChanged(const std::string& updated_at) const;

  Context& context_;
  model::Effect effect_;
  Purpose purpose_;           ///< `begun` with the first intent
  std::string look_trouble_;  ///< why the last LookUp failed, when the target's words do not say
  std::string not_as_sent_;   ///< what an answer to a change should have shown and did not
  model::Reason look_refusal_ = model::Reason::kNone;  ///< why the target refuses the last LookUp

 private:
  enum class Doubt { kExists, kUnknown, kMismatch, kNotFound };

  void PlanCreate();
  void PlanUpdate(const http::Request& request);
  void Prepare(const std::string& request_id, Sender::Go go);
  void CountAnswer(const Answer& answer);
  void OnAnswer(const Answer& answer);
  void OnServed(const Answer& answer);
  void OnUpdateAnswer(const Answer& answer, const Accept& accept);
  void OnNotAsSent();
  /// Why the target did not serve a request, by its words.
  model::Reason NotServed() const;
  void CountMismatch(const http::Response& response);
  bool IsUpdate() const { return !effect_.replaced.empty(); }
  void OnKeyReused();
  void InDoubt(Doubt doubt);
  void LookLater();
  void OnLook(Look look);
  void OnFound();
  void SettleAbsent();
  void End(Ending ending);
  SendTimes SendTimesOf() const;

  std::vector<journal::Record> carry_;
  std::vector<model::Warning> warnings_;
  Done done_;
  Doubt doubt_ = Doubt::kUnknown;
  bool looking_first_ = false;
  std::size_t looks_ = 0;  // of the settle schedule
  int cycles_ = 0;         // creates that left or were to leave
  std::size_t not_found_ = 0;
  int sends_ = 0;
  int mismatches_ = 0;          // creates whose answer was about something else
  bool outlast_cache_ = false;  // before the next look-up
  bool changes_ = false;        // a change was sent
  int not_as_sent_times_ = 0;   // answers to it that did not show it
  bool key_renewed_ = false;
  std::int64_t heard_here_ms_ = 0;  // of the last write of this incarnation of the run
  bool presumed_ = false;           // sent, since the journal that would know was lost
  bool doubtful_ = false;           // a create of ours may have been applied without our knowing
};

}  // namespace rehome::dispatch
