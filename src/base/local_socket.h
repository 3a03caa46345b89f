#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace rehome::base {

/// Who is at the other end of a local socket, as the system says.
struct LocalPeer {
  std::int64_t pid = 0;
  std::int64_t uid = 0;
};

/// A socket in a directory over which other processes of the same user (or root) ask this one in
/// lines: one line in, one line out, and the connection ends. The path may be of any length. Never
/// waits: a client that sends nothing for a second, more than `kMostBytes`, or does not read, is
/// dropped. One thread; the name in the directory goes with the object, unless it is another's by
/// then.
class LocalListener {
 public:
  /// Gives the answer to a line, both without the newline.
  using Answer = std::function<std::string(std::string_view line, const LocalPeer& peer)>;

  /// Bytes of a question.
  static constexpr std::size_t kMostBytes = 256;

  /// Listens as `name` (0600) in `directory`, in place of a socket that nobody listens at any more.
  /// kLocked when somebody does.
  static Result<std::unique_ptr<LocalListener>> Open(const std::string& directory,
                                                     const std::string& name);
  ~LocalListener();
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;

  /// Takes whoever has come and answers whoever has asked.
  void Serve(const Answer& answer);

 private:
  struct Client {
    File socket;
    LocalPeer peer;
    std::chrono::steady_clock::time_point came;
    std::string asked;
  };

  LocalListener(File directory, std::string name, File socket, std::uint64_t inode)
      : directory_(std::move(directory)),
        name_(std::move(name)),
        socket_(std::move(socket)),
        inode_(inode) {}
  void Accept();
  /// True when the client is done with.
  static bool Attend(Client& client, const Answer& answer);

  const File directory_;
  const std::string name_;
  const File socket_;
  const std::uint64_t inode_;  // of the name, as long as it is ours
  std::list<Client> clients_;
};

/// Asks the process that listens as `name` in `directory`, without newlines; gives its answer
/// within `patience` (real time). kNotFound: there is no such socket; kUnreachable: nobody listens
/// at it, or whoever does gives no answer; kIo: it cannot be opened.
Result<std::string> AskLocalSocket(const std::string& directory, const std::string& name,
                                   std::string_view line, std::chrono::milliseconds patience);

}  // namespace rehome::base
