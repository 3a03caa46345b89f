"""A terminal that people use: windows of a tmux server of its own, whose screens can be read."""

import os
import shutil
import signal
import subprocess
import time


def program():
    return shutil.which("tmux")


class Tmux:
    """A tmux server with its own socket and no configuration; `stop` ends it."""

    def __init__(self, directory):
        self._base = [program(), "-f", "/dev/null", "-S", str(directory / "tmux.socket")]
        self._directory = directory
        self._pid = None

    def run(self, *arguments, environment=None):
        # fmt: off
        done = subprocess.run(
            [*self._base, *map(str, arguments)], capture_output=True, text=True, timeout=30,
            cwd=self._directory, env=environment, check=False)
        # fmt: on
        if done.returncode != 0:
            raise AssertionError(f"tmux {arguments}: {done.stderr}")
        return done.stdout

    def session(self, name, command, environment, columns=80, lines=24):
        """A new session with a shell command in it, whose window stays when it ends."""
        server = {**os.environ, **environment, "TERM": "xterm-256color"}
        # The first client starts the server, which hands its environment to what it runs.
        words = ["new-session", "-d", "-s", name, "-x", columns, "-y", lines]
        for key, value in environment.items():
            words += ["-e", f"{key}={value}"]
        words += [command, ";", "set-option", "-t", name, "remain-on-exit", "on"]
        self.run(*words, environment=server)
        self._pid = int(self.run("display-message", "-p", "-t", name, "#{pid}"))

    def screen(self, name):
        """The lines of its window, as they stand there."""
        return self.run("capture-pane", "-p", "-t", name).rstrip("\n").split("\n")

    def said(self, name):
        """All that was ever printed in it, long lines put together again."""
        return self.run("capture-pane", "-p", "-J", "-S", "-", "-t", name)

    def keys(self, name, *keys):
        self.run("send-keys", "-t", name, *keys)

    def resize(self, name, columns, lines=24):
        self.run("resize-window", "-t", name, "-x", columns, "-y", lines)

    def close(self, name):
        self.run("kill-session", "-t", name)

    def stop(self):
        if self._pid is None:
            return
        # No server any more is as good.
        subprocess.run([*self._base, "kill-server"], capture_output=True, timeout=30, check=False)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                os.kill(self._pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)
        os.kill(self._pid, signal.SIGKILL)
