"""A target between rehome and the sandbox that spoils chosen answers."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FaultyTarget:
    """Forwards every request to the sandbox, unless `fault(method, path, body, times)` says
    otherwise; `times` is how often this method and path came. It answers with None (forward),
    DROP (apply, then hang up without an answer), or (status, body): of a tuple with a third
    member, APPLY, the request is applied before that answer is given."""

    DROP = "drop"
    APPLY = "apply"

    def __init__(self, sandbox, fault):
        seen = {}
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with lock:
                    key = (self.command, self.path)
                    seen[key] = seen.get(key, 0) + 1
                    wrong = fault(self.command, self.path, body.decode(), seen[key])
                if wrong is None:
                    self.answer(*self.forward(body))
                elif wrong == FaultyTarget.DROP:
                    self.forward(body)
                    self.close_connection = True
                else:
                    if FaultyTarget.APPLY in wrong[2:]:
                        self.forward(body)
                    self.answer(wrong[0], wrong[1].encode(), [])

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def forward(self, body):
                connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=60)
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                content = answer.read()
                connection.close()
                return answer.status, content, answer.getheaders()

            def answer(self, status, content, headers):
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128  # more than connect at once; one that has no room waits 1 s

            def handle_error(self, *_):
                """A client that went away is part of the tests."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
