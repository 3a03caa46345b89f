"""What `rehome ctl` refuses, and how."""

import test_ctl


class Refusals(test_ctl.Case):
    def test_each_says_what_to_do(self):
        self.sandbox()
        none = f"rehome: no run goes on in {self.runs_dir}, and there is none; rehome runs lists all\n"
        self.assertEqual(self.ctl("status", code=2), none)
        self.assertIn("no run", self.ctl("2020", "status", code=2))
        forms = "pause, resume, rate=N, concurrency=N, stop or status"
        for words, said in (
            ((), f"REQUEST is missing: `rehome ctl` wants one of {forms}; see rehome ctl --help"),
            (("paus",), f'ctl knows no "paus"; did you mean pause? It takes {forms}'),
            (("rate=fast",), 'rate= wants writes per second, from 0.1 to 10,000, or none, or '
                             'default; not "fast"'),
            (("concurrency=0",), 'concurrency= wants auto, or rows in flight from 1 to 1,024; not '
                                 '"0"'),
        ):  # fmt: skip
            self.assertEqual(self.ctl(*words, code=2), f"rehome: {said}\n")

    def test_runs_dir_is_heeded_and_the_run_may_be_named(self):
        self.begin()
        run_id = self.run_dir().name
        done = self.rehome("ctl", run_id[-4:], "status", "--runs-dir", self.runs_dir,
                           REHOME_RUNS_DIR=None)  # fmt: skip
        self.assertEqual(done.code, 0, done.stderr)
        self.assertTrue(done.stdout.startswith(f"run {run_id}: users, "))
        self.ctl("rate=none")
        self.ends_well()
