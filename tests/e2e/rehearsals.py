"""What tests of `rehome rehearse` share."""

import json
import re

import harness
import laws


class Case(harness.Case):
    def setUp(self):
        super().setUp()
        self.rehearsals = self.directory / "rehearsals"

    def rehearse(self, file, *flags, code=0):
        """`rehome rehearse FILE` without a key and a target."""
        done = self.rehome("rehearse", file, *flags, WORKOS_SECRET_KEY=None, REHOME_ENDPOINT=None)
        self.assertEqual(done.code, code, f"{done.stdout}\n{done.stderr}")
        self.check_rows()
        return done

    def check_rows(self):
        """The laws of a run that need no sandbox to ask: that of a rehearsal is gone."""
        broken = laws.Broken()
        rows = laws.check_summary(broken, self.run_dir(), finished=True)
        laws.check_nothing_open(broken, self.run_dir())
        laws.check_row_files(broken, self.run_dir(), rows)
        laws.check_verification(broken, self.run_dir())
        broken.end()

    def run_dir(self):
        """The directory of the latest rehearsal."""
        found = [path for path in self.rehearsals.iterdir() if (path / "run.json").exists()]
        return max(found, key=lambda path: path.stat().st_mtime_ns)

    def run_json(self):
        return json.loads((self.run_dir() / "run.json").read_text())

    def phase(self, name):
        return next(it for it in self.summary()["phases"] if it["phase"] == name)

    def unwrapped(self, text):
        """Without the breaks that a narrow terminal would want."""
        return re.sub(r"\s+", " ", text)
