#include "sandbox/sandbox.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#if defined(__SANITIZE_THREAD__)  // g++ refuses bare fences there; the loop's mutex orders as well
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "sandbox/service.h"
#include "sandbox/wire.h"

namespace rehome::sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

// The concrete executor saves the virtual calls of the default one.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

// Seeds may be large; the API's own limit is the service's.
constexpr std::uint64_t kMaxBodyBytes = 256 << 20;
constexpr std::uint32_t kMaxHeaderBytes = 64 << 10;
// The record's file is never more than this behind, in real time.
constexpr std::chrono::milliseconds kFlushEvery(50);
// After a failed accept (no descriptors left) the next try waits this long.
constexpr std::chrono::milliseconds kAcceptPause(10);

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

// What all connections share; outlives them.
struct Context {
  Service& service;
  const base::Clock& clock;
  int keep_alive_requests;
};

/// One connection: reads a request, has it served, waits its latency, writes the answer, and so
/// on until either side closes. Keeps itself alive through its pending operation, of which there
/// is never more than one, so that any thread may run it.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Socket socket, const Context& context, std::int64_t number)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        context_(context),
        number_(number) {}

  void Read() {
    parser_.emplace();
    parser_->body_limit(kMaxBodyBytes);
    parser_->header_limit(kMaxHeaderBytes);
    http::async_read(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](const error_code& error, std::size_t) { self->OnRead(error); });
  }

 private:
  using Delivery = Answer::Delivery;

  void OnRead(const error_code& error) {
    if (error) return;  // closed, cut or not HTTP: the connection ends here
    Answer answer = Serve();
    ++answers_;
    const bool spent = context_.keep_alive_requests > 0 && answers_ >= context_.keep_alive_requests;
    delivery_ = answer.delivery;
    closes_ = spent || delivery_ == Delivery::kHalf || !parser_->get().keep_alive();
    out_ = Encode(answer, closes_ ? Persistence::kClose : Persistence::kKeepAlive);
    if (answer.latency.count() <= 0) return Deliver();
    timer_.expires_after(context_.clock.ToReal(answer.latency));
    timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
      if (!cancelled) self->Deliver();
    });
  }

  Answer Serve() {
    const auto& message = parser_->get();
    return context_.service.Serve({.method = View(message.method_string()),
                                   .target = View(message.target()),
                                   .authorization = View(message[http::field::authorization]),
                                   .request_id = View(message["X-Request-ID"]),
                                   .idempotency_key = View(message["Idempotency-Key"]),
                                   .cache_control = View(message[http::field::cache_control]),
                                   .pragma = View(message[http::field::pragma]),
                                   .expires = View(message[http::field::expires]),
                                   .body = message.body(),
                                   .connection = number_,
                                   .number_on_connection = answers_ + 1});
  }

  void Deliver() {
    error_code ignored;  // the peer may have closed first
    switch (delivery_) {
      case Delivery::kWhole:
      case Delivery::kHalf:
        Write();
        return;
      case Delivery::kReset:
        socket_.set_option(Socket::linger(true, 0), ignored);
        socket_.close(ignored);
        return;
      case Delivery::kClose:
        socket_.shutdown(Socket::shutdown_both, ignored);
        return;
      case Delivery::kHang:
        // Until the client closes, or tries to say more.
        socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code&) {});
        return;
    }
  }

  void Write() {
    asio::async_write(socket_, asio::buffer(out_),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        if (!error) self->OnWritten();
                      });
  }

  void OnWritten() {
    if (!closes_) return Read();
    error_code ignored;  // the peer may have closed first
    socket_.shutdown(Socket::shutdown_both, ignored);
  }

  Socket socket_;
  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer_;
  const Context& context_;
  const std::int64_t number_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::string out_;
  int answers_ = 0;
  Delivery delivery_ = Delivery::kWhole;
  bool closes_ = false;
};

base::Error SocketError(std::string_view doing, std::uint16_t port, const error_code& error) {
  return {base::ErrorCode::kIo, "127.0.0.1:" + std::to_string(port) + ": cannot " +
                                    std::string(doing) + ": " + error.message() +
                                    "; choose another port (0 takes any free one)"};
}

/// The sandbox on its socket: Boost.Asio's loop on `threads` threads.
class Server final : public Sandbox {
 public:
  Server(const SandboxOptions& options, const base::Clock& clock)
      : service_(options, clock),
        context_{service_, clock, options.keep_alive_requests},
        threads_(std::max(options.threads, 1)),
        io_(threads_),
        acceptor_(io_),
        accept_timer_(io_),
        flush_timer_(io_) {}

  base::Status Open(const SandboxOptions& options) {
    const std::uint16_t port = options.port;
    RETURN_IF_ERROR(service_.OpenRecord());
    if (!options.faults.empty()) RETURN_IF_ERROR(service_.SetFaults(options.faults));
    if (!options.seeded.empty()) RETURN_IF_ERROR(service_.SeedObjects(options.seeded));
    const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (error) return SocketError("open a socket", port, error);
    acceptor_.set_option(Acceptor::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
    if (error) return SocketError("bind", port, error);
    acceptor_.listen(Acceptor::max_listen_connections, error);
    if (error) return SocketError("listen", port, error);
    port_ = acceptor_.local_endpoint(error).port();
    if (error) return SocketError("read the port", port, error);
    Accept();
    if (!options.record_path.empty()) FlushLater();
    return {};
  }

  std::uint16_t port() const override { return port_; }

  void Run() override {
    std::vector<std::jthread> helpers;
    for (int i = 1; i < threads_; ++i) helpers.emplace_back([this] { Loop(); });
    Loop();
    helpers.clear();
    service_.Flush();
  }

  void Stop() override { io_.stop(); }

 private:
  // Boost may throw (out of memory, say): that costs the connection, not the server.
  void Loop() {
    while (!io_.stopped()) {
      try {
        io_.run();
      } catch (const std::exception&) {
        continue;
      }
    }
  }

  void Accept() {
    acceptor_.async_accept([this](const error_code& error, Socket socket) {
      if (error) return AcceptLater();
      const std::int64_t number = ++accepted_;  // before the next accept, on whatever thread
      Accept();
      error_code ignored;  // an answer is sent in one piece either way
      socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      std::make_shared<Session>(std::move(socket), context_, number)->Read();
    });
  }

  void AcceptLater() {
    accept_timer_.expires_after(kAcceptPause);
    accept_timer_.async_wait([this](const error_code& cancelled) {
      if (!cancelled) Accept();
    });
  }

  void FlushLater() {
    flush_timer_.expires_after(kFlushEvery);
    flush_timer_.async_wait([this](const error_code& cancelled) {
      if (cancelled) return;
      service_.Flush();
      FlushLater();
    });
  }

  Service service_;
  const Context context_;
  const int threads_;
  std::uint16_t port_ = 0;
  std::int64_t accepted_ = 0;
  asio::io_context io_;  // its pending operations own the sessions: gone before what they use
  Acceptor acceptor_;
  asio::steady_timer accept_timer_;
  asio::steady_timer flush_timer_;
};

}  // namespace

base::Result<std::unique_ptr<Sandbox>> MakeSandbox(const SandboxOptions& options,
                                                   const base::Clock& clock) {
  try {
    auto server = std::make_unique<Server>(options, clock);
    RETURN_IF_ERROR(server->Open(options));
    return std::unique_ptr<Sandbox>(std::move(server));
  } catch (const std::exception& error) {
    return base::Error{base::ErrorCode::kInternal,
                       std::string("the sandbox could not start: ") + error.what()};
  }
}

}  // namespace rehome::sandbox
