"""How much of the target's quotas an import uses, by the record of when each request came."""
# runs alone

import datetime
import email.utils
import urllib.error
import urllib.request

import harness
import laws

LIMIT = 500  # user writes in ten seconds, as documented
WINDOW = 10.0
# In ms of the sandbox, whose clock is fast: so much later on a busy machine comes what was out when
# something was refused.
LATE = 5_000
MOST_OUT = 4


def accepted(record):
    """When each accepted write came, in seconds of the sandbox's clock."""
    return [it["time_ms"] / 1000 for it in record if it["method"] == "POST" and it["status"] == 201]


def refused(record):
    return sum(it["status"] == 429 for it in record)


def gaps_of(times):
    return [later - earlier for earlier, later in zip(times, times[1:], strict=False)]


# Windows of three phases, and two other kinds.
KINDS = (
    ("fixed", {"phase_ms": 0}),
    ("fixed", {"phase_ms": 3300}),
    ("fixed", {"phase_ms": 6700}),
    ("sliding", {}),
    ("bucket", {}),
)


class Windows(harness.Case):
    """An import of more than a minute in real time for each kind of window."""

    limit = LIMIT
    kinds_at_once = len(KINDS)

    def begin(self, number, shape, rules, users):
        """An import into a sandbox of its own."""
        target = harness.Sandbox(self.directory, latency="20-60")
        self.addCleanup(target.stop)
        if shape == "bucket":
            rules = {"burst": self.limit // 20}
        target.quota(shape, scale=self.limit / LIMIT, **rules)
        runs_dir = self.directory / f"runs{number}"
        pace = ("--reserve", "0") if self.limit == LIMIT else ("--rate", self.limit / WINDOW)
        # fmt: off
        run = self.start("import", users, "--yes", "--no-verify", *pace, "--runs-dir", runs_dir,
                         REHOME_ENDPOINT=target.url)
        # fmt: on
        return target, run, runs_dir

    def hold(self, target, run, runs_dir, rows):
        done = run.wait()
        self.assertEqual(done.code, 0, done.stderr)
        record = target.record()
        times = accepted(record)
        allowed = self.limit * (times[-1] - times[0]) / WINDOW
        print(f"{len(times) / allowed:.2%} of what {self.limit} in ten seconds allow", flush=True)
        self.assertEqual(refused(record), 0)
        self.assertGreaterEqual(len(times) / allowed, 0.99)
        self.assertEqual(len(target.effects("user")), rows)
        laws.check(next(runs_dir.glob("2*")), target)

    def hold_all(self):
        rows = int(6.4 * self.limit)
        users = self.csv("email\n" + "".join(f"u{it}@example.com\n" for it in range(rows)))
        for first in range(0, len(KINDS), self.kinds_at_once):
            started = [(number, self.begin(number, *KINDS[number], users))
                       for number in range(first, min(first + self.kinds_at_once, len(KINDS)))]  # fmt: skip
            for number, begun in started:
                with self.subTest(kind=KINDS[number]):
                    self.hold(*begun, rows)


class FiveTargetsAtOnce(Windows):
    def test_ninety_nine_percent_of_every_kind_of_window_in_real_time(self):
        self.hold_all()


class FastClock(harness.Case):
    clock_rate = harness.FAST

    def users(self, count):
        return self.csv("email\n" + "".join(f"u{it}@example.com\n" for it in range(count)))

    def test_a_lower_limit_is_found_told_and_left_again(self):
        self.sandbox(latency="20-60")
        self.target.quota("sliding", scale=1)
        run = self.start("import", self.users(3000), "--yes", "--no-verify", "--reserve", "0")
        harness.wait_until(lambda: len(self.target.record(effects=True)) > 300)
        self.target.quota("sliding", scale=0.4)
        harness.wait_until(lambda: len(self.target.record(effects=True)) > 1200)
        self.target.quota("sliding", scale=1)
        done = run.wait()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("the target refuses ", done.stderr)
        self.assertIn(": going slower, and trying for more now and then", done.stderr)
        self.assertEqual(len(self.target.effects("user")), 3000)
        record = self.target.record()
        self.assertLess(refused(record) / len(record), 0.03)
        self.check_laws()

    def storm(self, **storm):
        """Imports through a storm of twenty refusals: the moments of these and of all writes."""
        self.sandbox(latency="20-60")
        # fmt: off
        self.target.faults({"kind": "status", "status": 429, "on": "user", "nth": 200,
                            "times": 20, **storm})
        # fmt: on
        self.imports(self.users(400), "--no-verify", "--concurrency", MOST_OUT)
        record = self.target.record()
        self.assertEqual(refused(record), 20)
        self.assertEqual(len(self.target.effects("user")), 400)
        self.check_laws()
        writes = [it for it in record if it["method"] == "POST"]
        return [it["time_ms"] for it in writes if it["status"] == 429], [
            it["time_ms"] for it in writes
        ]

    def check_backed_off(self, refusals):
        """What was out is refused at once; from then on one comes at a time, later and later."""
        gaps = gaps_of(refusals)
        # Half a second at most after the first, and then twice as much each time, with jitter.
        self.assertGreater(sorted(gaps[-10:])[5], 1_500, gaps)
        self.assertGreater(refusals[-1] - refusals[0], 25_000, gaps)

    def test_a_storm_that_names_no_pause_is_backed_off_from(self):
        refusals, _ = self.storm()
        self.check_backed_off(refusals)

    def test_a_storm_that_says_zero_seconds_is_backed_off_from(self):
        refusals, _ = self.storm(retry_after="0")
        self.check_backed_off(refusals)

    def test_a_storm_with_seconds_is_silent_for_so_long_after_each_refusal(self):
        refusals, writes = self.storm(retry_after="20")
        # But for what was out with it.
        for refusal in refusals:
            later = [it - refusal for it in writes if it > refusal]
            self.assertEqual([it for it in later if LATE <= it < 19_900], [])
            self.assertLessEqual(sum(it < LATE for it in later), MOST_OUT)

    def now_of_the_target(self):
        """By its own clock, which runs fast, from the `Date` of an answer."""
        path = self.target.url + "/user_management/users"
        asked = urllib.request.Request(path, headers={"X-Request-ID": laws.BY_HAND})
        with self.assertRaises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(asked, timeout=30)
        return email.utils.parsedate_to_datetime(refusal.exception.headers["Date"])

    def test_a_storm_with_a_date_is_waited_for(self):
        self.sandbox(latency="20-60")
        users = self.users(600)
        until = self.now_of_the_target() + datetime.timedelta(seconds=90)
        date = email.utils.format_datetime(until, usegmt=True)
        # fmt: off
        self.target.faults({"kind": "status", "status": 429, "on": "user", "nth": 200, "times": 20,
                            "retry_after": date})
        # fmt: on
        self.imports(users, "--no-verify")
        record = self.target.record()
        self.assertEqual(len(self.target.effects("user")), 600)
        self.assertEqual(refused(record), 20)
        self.check_laws()
        # What was out is refused at once; then nothing leaves until the date.
        times = [it["time_ms"] for it in record if it["method"] == "POST"]
        silence = max(later - earlier for earlier, later in zip(times, times[1:], strict=False))
        self.assertGreater(silence, 60_000)
        self.assertLess(silence, 95_000)


class RealTime(harness.Case):
    def test_the_delay_between_two_requests_is_kept(self):
        self.sandbox()
        self.imports(self.csv("email\na@b.co\nc@b.co\nd@b.co\n"), "--min-delay", "5000")
        times = sorted(it["time_ms"] for it in self.target.record())
        gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
        self.assertGreaterEqual(len(gaps), 3)
        # What the machine took to pass one on may differ.
        self.assertGreaterEqual(min(gaps), 4950)
        self.check_laws()
