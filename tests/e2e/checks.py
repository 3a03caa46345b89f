"""What tests of `rehome validate` share."""

import json

import harness


class Case(harness.Case):
    def validate(self, file, *flags, code):
        done = self.rehome("validate", file, *flags)
        self.assertEqual(done.code, code, (done.stdout + done.stderr)[:4000])
        return done

    def said(self, file, *flags, code):
        """The objects of --format json: the problems, and the last one."""
        done = self.validate(file, "--format", "json", *flags, code=code)
        *problems, last = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual({it["type"] for it in problems} - {"problem"}, set())
        return problems, last

    def codes(self, file, *flags, code):
        """`row code` of each problem."""
        problems, _ = self.said(file, *flags, code=code)
        return [f"{it['row']} {it['code']}" for it in problems]

    def fixed(self, file, *flags, code):
        """The bytes of the copy that --fix writes."""
        out = self.directory / "out.csv"
        out.unlink(missing_ok=True)
        self.validate(file, "--fix", out, *flags, code=code)
        return out.read_bytes()
