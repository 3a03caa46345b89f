"""What a run recorded over time: its timeline in summary.json, told by the sandbox's record."""

import json

import harness


def sums(timeline):
    """The counts of all buckets."""
    total = {}
    for bucket in timeline["buckets"]:
        for name, value in bucket.items():
            if name not in ("start_ms", "latency"):
                total[name] = total.get(name, 0) + value
    total["timed"] = sum(count for it in timeline["buckets"] for _, count in it["latency"])
    return total


class Timelines(harness.Case):
    clock_rate = harness.FAST

    def users(self, count):
        return self.csv("email\n" + "".join(f"u{it}@example.com\n" for it in range(count)))

    def test_it_counts_what_the_target_answered(self):
        self.sandbox(latency="20-40")
        self.target.faults(
            {"kind": "status", "status": 429, "on": "user", "nth": 5, "times": 2, "retry_after": "3"}
        )
        self.imports(self.users(60), "--no-verify", "--rate", "20")
        timeline = self.summary()["timeline"]
        told = sums(timeline)
        record = self.target.record()
        writes = [it for it in record if it["method"] == "POST" and it["status"] == 201]
        self.assertEqual(told["writes"], len(writes))
        self.assertEqual(told["rate_limited"], sum(it["status"] == 429 for it in record))
        self.assertEqual(told["timed"], told["writes"] + told.get("reads", 0))
        self.assertGreaterEqual(told["pause_ns"], 3e9)
        self.assertGreater(told["quota_wait_ns"], 1e9)
        self.assertEqual(timeline["limits"]["user_writes_per_10s"], 200)

    def writes_sent(self):
        return sum(it["method"] == "POST" for it in self.target.record())

    def test_a_resumed_run_goes_on_with_that_of_a_killed_one(self):
        self.sandbox()
        # One a second of this clock: some four seconds of the machine's.
        running = self.start("import", self.users(200), "--yes", "--rate", "1", "--no-verify")

        def seen():
            path = next(self.runs_dir.glob("*/status.json"), None)
            timeline = path and json.loads(path.read_text())["summary"]["timeline"]
            return timeline if timeline and sums(timeline).get("writes", 0) >= 20 else None

        before = harness.wait_until(seen)
        running.signal()
        running.wait()
        sent_before = self.writes_sent()
        self.assertEqual(self.rehome("resume").code, 0)
        timeline = self.summary()["timeline"]
        self.assertEqual(timeline["buckets"][0]["start_ms"], before["buckets"][0]["start_ms"])
        # What was answered after the last snapshot is lost, and nothing else.
        sent_after = self.writes_sent() - sent_before
        self.assertGreater(sent_after, 10)
        self.assertGreaterEqual(sums(timeline)["writes"], sums(before)["writes"] + sent_after)
        self.check_laws()


if __name__ == "__main__":
    harness.unittest.main()
