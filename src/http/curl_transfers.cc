#include "http/curl_transfers.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <curl/curl.h>

#include "base/check.h"
#include "http/attempt.h"
#include "http/broken_pipe_guard.h"
#include "http/header_lines.h"

namespace rehome::http {
namespace {

// libcurl looks for a free connection by walking all of a multi's, so its cost grows with them:
// 82 k instructions per request at 128, 119 k at 1,000. Smaller shards only mean more of them.
constexpr int kTransfersPerShard = 128;
// How long an unused connection may be used again. Longer: the server may be closing it just as we
// send, which makes the request's fate unknown. Shorter: more TLS handshakes at a low pace.
constexpr std::chrono::seconds kIdleLimit{4};
constexpr const char* kUsualCaFile = "/etc/ssl/certs/ca-certificates.crt";

using RealTime = std::chrono::steady_clock;  // libcurl's timers know no other
using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Multi = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;

}  // namespace

// libcurl counts its users; the last one to go frees its tables.
class CurlLibrary {
 public:
  CurlLibrary() : ready_(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {}
  ~CurlLibrary() {
    if (ready_) curl_global_cleanup();
  }
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
  bool ready() const { return ready_; }

 private:
  bool ready_;
};

// Header lines as libcurl takes them. The nodes are ours, so that lists can share a tail, nothing
// is copied, and the key is overwritten in the end.
class CurlHeaders {
 public:
  explicit CurlHeaders(std::vector<base::Secret> lines)
      : lines_(std::move(lines)), nodes_(lines_.size()) {
    curl_slist* next = nullptr;
    for (std::size_t i = lines_.size(); i-- > 0; next = &nodes_[i]) {
      nodes_[i] = {const_cast<char*>(lines_[i].Reveal().data()), next};  // libcurl only reads it
    }
  }
  curl_slist* head() { return nodes_.data(); }

 private:
  std::vector<base::Secret> lines_;
  std::vector<curl_slist> nodes_;
};

// One request on its way, with the easy handle that carries it and later ones.
struct CurlTransfer {
  Easy easy{nullptr, &curl_easy_cleanup};
  std::size_t shard = 0;
  Attempt attempt;
  Transport::Done done;  // empty while unused
  std::array<curl_slist, Attempt::kOwnLines> own_headers{};
  std::array<char, CURL_ERROR_SIZE> words{};
};

// One multi handle with its timer. Its address is known to libcurl.
struct CurlShard {
  Multi multi{nullptr, &curl_multi_cleanup};
  std::uint32_t number = 0;
  SocketWatch* watch = nullptr;
  int active = 0;
  std::optional<RealTime::time_point> deadline;
};

namespace {

int OnTimer(CURLM*, long timeout_ms, void* shard) {
  static_cast<CurlShard*>(shard)->deadline =
      timeout_ms < 0 ? std::nullopt
                     : std::optional(RealTime::now() + std::chrono::milliseconds(timeout_ms));
  return 0;
}

int OnSocket(CURL*, curl_socket_t socket, int what, void* context, void*) {
  using Interest = SocketWatch::Interest;
  const CurlShard& shard = *static_cast<CurlShard*>(context);
  Interest interest = Interest::kNone;
  if (what == CURL_POLL_IN) interest = Interest::kRead;
  if (what == CURL_POLL_OUT) interest = Interest::kWrite;
  if (what == CURL_POLL_INOUT) interest = Interest::kReadWrite;
  shard.watch->Want(socket, shard.number, interest);
  return 0;
}

curl_socket_t OnOpen(void* watch, curlsocktype, curl_sockaddr* address) {
  const int made = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (made < 0) return CURL_SOCKET_BAD;
  static_cast<SocketWatch*>(watch)->Opened(made);
  return made;
}

int OnClose(void* watch, curl_socket_t socket) {
  static_cast<SocketWatch*>(watch)->Closed(socket);
  return close(socket);
}

int OnDeparture(void* attempt, char*, char*, int, int) {
  return static_cast<Attempt*>(attempt)->MayDepart() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

std::size_t OnHeader(char* bytes, std::size_t, std::size_t size, void* attempt) {
  return static_cast<Attempt*>(attempt)->TakeHeaderLine({bytes, size}) ? size : 0;
}

std::size_t OnBody(char* bytes, std::size_t, std::size_t size, void* attempt) {
  return static_cast<Attempt*>(attempt)->TakeBody({bytes, size}) ? size : 0;
}

bool IsCertificateTrouble(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CRL_BADFILE ||
         code == CURLE_SSL_INVALIDCERTSTATUS || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH ||
         code == CURLE_SSL_CERTPROBLEM;
}

// Sets options of one handle and remembers whether all were taken.
class Options {
 public:
  explicit Options(CURL* easy) : easy_(easy) {}
  template <class T>
  Options& Set(CURLoption option, T value) {
    ok_ = ok_ && curl_easy_setopt(easy_, option, value) == CURLE_OK;
    return *this;
  }
  bool ok() const { return ok_; }

 private:
  CURL* easy_;
  bool ok_ = true;
};

}  // namespace

CurlTransfers::CurlTransfers(EndpointOptions options, const base::Clock& clock, SocketWatch& watch)
    : library_(std::make_unique<CurlLibrary>()),
      options_(std::move(options)),
      clock_(clock),
      watch_(watch),
      place_(HostAndPort(options_.url)),
      headers_(std::make_unique<CurlHeaders>(SharedHeaderLines(options_))) {}

CurlTransfers::~CurlTransfers() {
  const BrokenPipeGuard guard;
  for (const auto& transfer : transfers_) {
    if (!transfer->done) continue;
    curl_multi_remove_handle(shards_[transfer->shard]->multi.get(), transfer->easy.get());
  }
  transfers_.clear();
  shards_.clear();
}

bool CurlTransfers::ready() const { return library_->ready(); }

void CurlTransfers::Start(Request request, Transport::Done done) {
  CHECK(done != nullptr);
  CHECK(request.target.starts_with('/'));
  CHECK(IsHeaderValue(request.request_id) && IsHeaderValue(request.idempotency_key));
  CurlTransfer* transfer = TakeTransfer();
  CurlShard* shard = RoomyShard();
  if (transfer != nullptr) transfer->attempt.Begin(std::move(request), options_.url);
  if (transfer == nullptr || shard == nullptr || !Prepare(*transfer) ||
      curl_multi_add_handle(shard->multi.get(), transfer->easy.get()) != CURLM_OK) {
    if (transfer != nullptr) {
      transfer->attempt.Forget();
      idle_.push_back(transfer);
    }
    unstarted_.push_back(std::move(done));
    return;
  }
  transfer->done = std::move(done);
  transfer->shard = shard->number;
  ++shard->active;
  ++active_;
}

CurlTransfer* CurlTransfers::TakeTransfer() {
  if (idle_.empty()) {
    auto made = std::make_unique<CurlTransfer>();
    made->easy.reset(curl_easy_init());
    if (!made->easy || !Configure(*made)) return nullptr;
    idle_.push_back(transfers_.emplace_back(std::move(made)).get());
  }
  CurlTransfer* transfer = idle_.back();
  idle_.pop_back();
  return transfer;
}

// What holds for every request of this handle.
bool CurlTransfers::Configure(CurlTransfer& transfer) {
  const bool loopback = IsLoopback(options_.url);
  const char* scheme = options_.url.starts_with("https") ? "https" : "http";
  const auto idle_limit =
      std::chrono::ceil<std::chrono::seconds>(clock_.ToReal(kIdleLimit));  // at least 1
  Options set(transfer.easy.get());
  set.Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_QUICK_EXIT, 1L)  // or a hanging name look-up blocks the loop at its time-out
      .Set(CURLOPT_PRIVATE, &transfer)
      .Set(CURLOPT_ERRORBUFFER, transfer.words.data())
      .Set(CURLOPT_PROTOCOLS_STR, scheme)
      .Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1))
      .Set(CURLOPT_FOLLOWLOCATION, 0L)
      .Set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED))
      .Set(CURLOPT_PROXY, loopback ? "" : options_.proxy.c_str())
      .Set(CURLOPT_NOPROXY, "")
      .Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L)
      .Set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L)
      .Set(CURLOPT_PATH_AS_IS, 1L)
      .Set(CURLOPT_HTTP_CONTENT_DECODING, 0L)
      .Set(CURLOPT_USERAGENT, options_.user_agent.c_str())
      .Set(CURLOPT_TCP_NODELAY, 1L)
      .Set(CURLOPT_MAXAGE_CONN, static_cast<long>(idle_limit.count()))
      .Set(CURLOPT_CONNECTTIMEOUT_MS, RealMs(options_.connect_timeout))
      .Set(CURLOPT_OPENSOCKETFUNCTION, &OnOpen)
      .Set(CURLOPT_OPENSOCKETDATA, &watch_)
      .Set(CURLOPT_CLOSESOCKETFUNCTION, &OnClose)
      .Set(CURLOPT_CLOSESOCKETDATA, &watch_)
      .Set(CURLOPT_PREREQFUNCTION, &OnDeparture)
      .Set(CURLOPT_PREREQDATA, &transfer.attempt)
      .Set(CURLOPT_HEADERFUNCTION, &OnHeader)
      .Set(CURLOPT_HEADERDATA, &transfer.attempt)
      .Set(CURLOPT_WRITEFUNCTION, &OnBody)
      .Set(CURLOPT_WRITEDATA, &transfer.attempt);
  // The built-in directory of certificates would switch libcurl's cache of the parsed bundle off,
  // and parsing it costs 50 ms of CPU per connection.
  const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
  const char* system_file = built_in != nullptr ? built_in : kUsualCaFile;
  set.Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2))
      .Set(CURLOPT_SSL_VERIFYPEER, 1L)
      .Set(CURLOPT_SSL_VERIFYHOST, 2L)
      .Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr))
      .Set(CURLOPT_CAINFO, options_.ca_file.empty() ? system_file : options_.ca_file.c_str())
      .Set(CURLOPT_CA_CACHE_TIMEOUT, 24L * 60 * 60);
  return set.ok();
}

// What belongs to this request alone.
bool CurlTransfers::Prepare(CurlTransfer& transfer) {
  Attempt& attempt = transfer.attempt;
  const Request& request = attempt.request();
  transfer.words.front() = '\0';
  curl_slist* headers = headers_->head();
  for (std::size_t i = 0; i < transfer.own_headers.size(); ++i) {
    std::string& line = attempt.own_lines()[i];
    if (line.empty()) continue;
    transfer.own_headers[i] = {line.data(), headers};
    headers = &transfer.own_headers[i];
  }

  const std::string_view body = request.body.Reveal();
  const bool with_body =
      !body.empty() || request.method == Method::kPost || request.method == Method::kPut;
  const bool plain = request.method == Method::kGet || request.method == Method::kPost;
  const long fresh = request.connection == Connection::kFresh ? 1 : 0;
  Options set(transfer.easy.get());
  set.Set(with_body ? CURLOPT_POST : CURLOPT_HTTPGET, 1L)
      .Set(CURLOPT_CUSTOMREQUEST, plain ? nullptr : NameOf(request.method).data())
      .Set(CURLOPT_URL, attempt.url().c_str())
      .Set(CURLOPT_HTTPHEADER, headers)
      .Set(CURLOPT_TIMEOUT_MS, RealMs(request.timeout))
      .Set(CURLOPT_FRESH_CONNECT, fresh)
      .Set(CURLOPT_FORBID_REUSE, fresh);
  if (with_body) {
    set.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()))
        .Set(CURLOPT_POSTFIELDS, body.data());
  }
  return set.ok();
}

// The first shard that has room, so that few connections are kept busy.
CurlShard* CurlTransfers::RoomyShard() {
  for (const auto& shard : shards_) {
    if (shard->active < kTransfersPerShard) return shard.get();
  }
  auto made = std::make_unique<CurlShard>();
  made->multi.reset(curl_multi_init());
  made->number = static_cast<std::uint32_t>(shards_.size());
  made->watch = &watch_;
  CURLM* multi = made->multi.get();
  if (multi == nullptr) return nullptr;
  const long limit = kTransfersPerShard;
  // These calls cannot fail: the handle is good and libcurl knows the options.
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &OnSocket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, made.get());
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &OnTimer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, made.get());
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, limit);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, limit);
  return shards_.emplace_back(std::move(made)).get();
}

void CurlTransfers::RunTimers() {
  const auto now = RealTime::now();
  for (const auto& shard : shards_) {
    if (!shard->deadline || *shard->deadline > now) continue;
    shard->deadline.reset();
    int running = 0;
    curl_multi_socket_action(shard->multi.get(), CURL_SOCKET_TIMEOUT, 0, &running);
    // libcurl announces a timer only when it changes; one that is still the same must not be lost.
    long next_ms = -1;
    if (!shard->deadline && curl_multi_timeout(shard->multi.get(), &next_ms) == CURLM_OK) {
      OnTimer(shard->multi.get(), next_ms, shard.get());
    }
  }
}

void CurlTransfers::Advance(const SocketWatch::Ready& ready) {
  const int events = (ready.readable ? CURL_CSELECT_IN : 0) |
                     (ready.writable ? CURL_CSELECT_OUT : 0) |
                     (ready.failed ? CURL_CSELECT_ERR : 0);
  int running = 0;
  curl_multi_socket_action(shards_[ready.owner]->multi.get(), ready.socket, events, &running);
}

bool CurlTransfers::Deliver() {
  bool any = !unstarted_.empty();
  for (const Transport::Done& done : std::exchange(unstarted_, {})) {
    done({std::nullopt, {TransportError::Kind::kNotSent, place_ + ": no memory for the request"}});
  }
  for (std::size_t i = 0; i < shards_.size(); ++i) {  // `done` may add shards
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(shards_[i]->multi.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      CurlTransfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      Finish(*transfer, code);
      any = true;
    }
  }
  return any;
}

// Gives the transfer back before its caller hears of it, who may want to start the next at once.
void CurlTransfers::Finish(CurlTransfer& transfer, int code) {
  CurlShard& shard = *shards_[transfer.shard];
  Completion completion = Conclude(transfer, code);
  curl_multi_remove_handle(shard.multi.get(), transfer.easy.get());
  --shard.active;
  --active_;
  const Transport::Done done = std::exchange(transfer.done, nullptr);
  transfer.attempt.Forget();
  idle_.push_back(&transfer);
  done(std::move(completion));
}

Completion CurlTransfers::Conclude(CurlTransfer& transfer, int result) const {
  const auto code = static_cast<CURLcode>(result);
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    return transfer.attempt.Answered(static_cast<int>(status), place_);
  }
  const bool has_words = transfer.words.front() != '\0';
  return transfer.attempt.Failed({code == CURLE_OPERATION_TIMEDOUT, IsCertificateTrouble(code),
                                  has_words ? transfer.words.data() : curl_easy_strerror(code)},
                                 place_, options_.connect_timeout);
}

std::optional<base::Duration> CurlTransfers::RealWait() const {
  std::optional<RealTime::time_point> first;
  for (const auto& shard : shards_) {
    if (shard->deadline && (!first || *shard->deadline < *first)) first = shard->deadline;
  }
  if (!first) return std::nullopt;
  return base::Duration(*first - RealTime::now());
}

// For libcurl, to whom 0 means "never".
long CurlTransfers::RealMs(base::Duration duration) const {
  return std::max<long>(1, base::ToMilliseconds(clock_.ToReal(duration)));
}

}  // namespace rehome::http
