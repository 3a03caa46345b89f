#!/usr/bin/env python3
"""tools/setup_emulator (by tools/install_pinned) keeps the copy that is there until it has a new one that is whole."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A registry that cannot be reached, and one that serves something else.
NO_ANSWER = "echo 'npm ERR! network' >&2; exit 1"
FORGED = 'if [ "$1" = pack ]; then echo forged >workos-0.14.0.tgz; fi'


class SetupEmulator(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="rehome-emulator-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        (self.root / "tools").mkdir()
        for tool in ("setup_emulator", "install_pinned"):
            shutil.copy(ROOT / "tools" / tool, self.root / "tools")
        emulator = Path("tests", "e2e", "emulator")
        shutil.copytree(ROOT / emulator, self.root / emulator)
        self.build = self.root / "build"
        (self.build / "emulator").mkdir(parents=True)
        (self.build / "emulator" / "installed").write_text("an older one\n")

    def run_with(self, npm):
        """The tool, with programs named npm and node that do this."""
        programs = self.root / "programs"
        programs.mkdir(exist_ok=True)
        for name in ("npm", "node"):
            (programs / name).write_text(f"#!/bin/sh\n{npm}\n")
            (programs / name).chmod(0o755)
        path = f"{programs}:{os.environ['PATH']}"
        return subprocess.run(
            [self.root / "tools" / "setup_emulator"], env={**os.environ, "PATH": path},
            capture_output=True, text=True, timeout=60)  # fmt: skip

    def test_what_cannot_be_had_or_trusted_leaves_the_older_copy_alone(self):
        for npm, why in ((NO_ANSWER, "npm cannot get workos"), (FORGED, "is not what was published")):
            with self.subTest(why):
                done = self.run_with(npm)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(why, done.stderr)
                self.assertEqual([it.name for it in self.build.iterdir()], ["emulator"])
                kept = (self.build / "emulator" / "installed").read_text()
                self.assertEqual(kept, "an older one\n")


if __name__ == "__main__":
    unittest.main()
