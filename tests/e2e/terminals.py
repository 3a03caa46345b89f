"""A rehome command at a pseudo-terminal."""

import os
import pty
import select
import subprocess
import time

import harness


class Terminal:
    """A rehome command whose stdin, stdout and stderr are a pseudo-terminal."""

    def __init__(self, arguments, environment, directory):
        master, slave = pty.openpty()
        # fmt: off
        self.process = subprocess.Popen(
            [harness.binary(), *map(str, arguments)], env=environment, cwd=directory,
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        # fmt: on
        os.close(slave)
        self.master = master
        self.text = ""

    def read_until(self, words, seconds=30):
        """Reads until the screen has these words (None: until the end)."""
        end = time.monotonic() + seconds
        while words is None or words not in self.text:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"never said {words!r}: {self.text!r}")
            try:
                got = os.read(self.master, 1 << 16)
            except OSError:  # the other side is closed
                got = b""
            if not got:
                break
            self.text += got.decode(errors="replace")
        return self.text

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        self.read_until(None, harness.LIMIT_SECONDS)
        code = self.process.wait(30)
        os.close(self.master)
        return code
