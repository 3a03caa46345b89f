// TLS against `openssl s_server` with a certificate made for this test.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "unit/http/loop_driver.h"

extern char** environ;

namespace rehome::http {
namespace {

using Kind = TransportError::Kind;

const base::SystemClock kClock;

// One child process whose standard output can be read. Killed with the object.
class Child {
 public:
  explicit Child(std::vector<std::string> words) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    output_ = base::File(ends[0]);
    const base::File write_end(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) {
      pid_ = -1;
    }
    posix_spawn_file_actions_destroy(&actions);
  }
  ~Child() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // What it writes until `mark` and the end of that line, or until it ends.
  std::string ReadPast(std::string_view mark) {
    std::string text;
    std::array<char, 512> bytes{};
    while (true) {
      const std::size_t at = text.find(mark);
      if (at != std::string::npos && text.find('\n', at) != std::string::npos) return text;
      const ssize_t got = read(output_.descriptor(), bytes.data(), bytes.size());
      if (got <= 0) return text;
      text.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }
  bool SucceedsAtEnd() {
    int status = 1;
    if (pid_ <= 0 || waitpid(pid_, &status, 0) != pid_) return false;
    pid_ = -1;
    return status == 0;
  }

 private:
  pid_t pid_ = -1;
  base::File output_;
};

class Tls : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "rehome-tls-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override {
    for (const char* name : {"key.pem", "cert.pem"}) {
      [[maybe_unused]] const auto removed = base::RemoveFile(directory_ + "/" + name);
    }
    rmdir(directory_.c_str());
  }

  // False when there is no openssl command.
  bool MakeCertificate(const std::string& names) {
    return Child({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                  "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", directory_ + "/key.pem",
                  "-out", certificate(), "-days", "2", "-subj", "/CN=test", "-addext",
                  "subjectAltName=" + names})
        .SucceedsAtEnd();
  }
  std::string certificate() const { return directory_ + "/cert.pem"; }

  // A server that shows a page to everybody; gives its URL.
  std::string Serve(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"openssl",     "s_server", "-accept",
                                   "127.0.0.1:0", "-www",     "-cert",
                                   certificate(), "-key",     directory_ + "/key.pem"};
    words.insert(words.end(), more.begin(), more.end());
    server_ = std::make_unique<Child>(words);
    const std::string text = server_->ReadPast("ACCEPT 127.0.0.1:");
    const std::size_t at = text.find("ACCEPT 127.0.0.1:");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + std::string_view("ACCEPT 127.0.0.1:").size();
    return "https://127.0.0.1:" + text.substr(begin, text.find('\n', begin) - begin);
  }

  Completion Ask(const std::string& url, const std::string& ca_file) {
    EndpointOptions options = Endpoint(url);
    options.ca_file = ca_file;
    return SendOne(*MakeLoop(std::move(options), kClock), Get("/"));
  }

 private:
  std::string directory_;
  std::unique_ptr<Child> server_;
};

TEST_F(Tls, TrustsTheCertificateFileItIsGiven) {
  if (!MakeCertificate("IP:127.0.0.1")) GTEST_SKIP() << "needs the openssl command";
  const Completion completion = Ask(Serve(), certificate());
  ASSERT_TRUE(completion.response.has_value()) << completion.error.message;
  EXPECT_EQ(completion.response->status, 200);
}

TEST_F(Tls, RefusesACertificateThatTheSystemDoesNotKnow) {
  if (!MakeCertificate("IP:127.0.0.1")) GTEST_SKIP() << "needs the openssl command";
  const std::string url = Serve();
  const Completion completion = Ask(url, "");
  ASSERT_FALSE(completion.response.has_value());
  EXPECT_EQ(completion.error.kind, Kind::kCertificate);
  EXPECT_EQ(completion.error.message,
            HostAndPort(url) + ": SSL certificate problem: self-signed certificate");
}

TEST_F(Tls, RefusesACertificateForAnotherName) {
  if (!MakeCertificate("DNS:other.example")) GTEST_SKIP() << "needs the openssl command";
  const std::string url = Serve();
  const Completion completion = Ask(url, certificate());
  ASSERT_FALSE(completion.response.has_value());
  EXPECT_EQ(completion.error.kind, Kind::kCertificate);
  EXPECT_EQ(completion.error.message,
            HostAndPort(url) +
                ": SSL: no alternative certificate subject name matches target host name "
                "'127.0.0.1'");
}

TEST_F(Tls, RefusesACertificateFileWithoutCertificates) {
  if (!MakeCertificate("IP:127.0.0.1")) GTEST_SKIP() << "needs the openssl command";
  const Completion completion = Ask(Serve(), "/dev/null");
  ASSERT_FALSE(completion.response.has_value());
  EXPECT_EQ(completion.error.kind, Kind::kCertificate);
}

TEST_F(Tls, RefusesProtocolsBefore12) {
  if (!MakeCertificate("IP:127.0.0.1")) GTEST_SKIP() << "needs the openssl command";
  const Completion completion =
      Ask(Serve({"-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"}), certificate());
  ASSERT_FALSE(completion.response.has_value());
  EXPECT_EQ(completion.error.kind, Kind::kNotSent);
}

}  // namespace
}  // namespace rehome::http
