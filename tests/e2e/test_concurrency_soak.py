# label: soak
# runs alone
"""How many rows are in flight, and how many worker threads there are: neither is ever a wrong setting
that costs time, and none has to be set. Wants an otherwise idle machine."""

import unittest

import harness

SETTINGS = (1, 2, 8, 64, "auto")
# How far apart two runs of the same thing come out, as a share.
NOISE = 0.03
NEAR_BEST = 0.95
AUTO_OVER_ONE = 9
# Of an import without a quota, as far as the file is long enough.
SECONDS = 12


def spread(latency_ms):
    return f"{latency_ms // 2}-{latency_ms * 3 // 2}"


class Concurrency(harness.Case):
    def file(self, rows, shape="lean"):
        return self.made_users("--rows", rows, "--organizations", 5, "--shape", shape,
                               name=f"{shape}-{rows}.csv")  # fmt: skip

    def writes_per_second(self, file, latency, flags, clock_rate):
        """Of an import of `file`, by the record of the sandbox: from the first to the last write."""
        limits = [] if "none" in flags else ["--quota", "fixed"]
        target = self.sandbox(latency=spread(latency), clock_rate=clock_rate, extra=limits)
        self.imports(file, "--no-verify", *flags)
        times = [it["time_ms"] for it in target.record()
                 if it["method"] == "POST" and it["path"] != "/organizations"]  # fmt: skip
        self.check_laws()
        target.stop()
        return (len(times) - 1) / (max(times) - min(times)) * 1000

    def hold(self, name, latency, flags, clock_rate, rows_of):
        """Tells and judges the throughput of each setting, fewer first, auto last."""
        found = {}
        for setting in SETTINGS:
            own = () if setting == "auto" else ("--concurrency", setting)
            file = self.file(rows_of(64 if setting == "auto" else setting))
            found[setting] = self.writes_per_second(file, latency, (*flags, *own), clock_rate)
        told = ", ".join(f"{setting}: {rate:.1f}/s" for setting, rate in found.items())
        print(f"{name}, {latency} ms: {told}", flush=True)
        wrong = []
        for fewer, more in zip(SETTINGS, SETTINGS[1:-1], strict=False):
            if found[more] < found[fewer] * (1 - NOISE):
                wrong.append(f"{name}, {latency} ms: {more} is slower than {fewer}")
        if found["auto"] < max(found.values()) * NEAR_BEST:
            wrong.append(f"{name}, {latency} ms: auto is not near the best")
        if latency == 200 and found["auto"] < AUTO_OVER_ONE * found[1]:
            wrong.append(f"{name}: auto is {found['auto'] / found[1]:.1f} times one at 200 ms")
        return wrong

    def test_the_documented_quota_needs_no_setting(self):
        # The clock is faster where a single row in flight has long to wait.
        wrong = []
        for latency, clock_rate in ((20, 5), (200, 20), (1000, 40)):
            wrong += self.hold("documented quota", latency, ("--reserve", 0), clock_rate, lambda _: 600)
        self.assertEqual(wrong, [])

    def test_no_quota_needs_no_setting_either(self):
        wrong = []
        for latency in (20, 200, 1000):
            wrong += self.hold(
                "no quota", latency, ("--rate", "none"), 1,
                lambda setting, latency=latency: min(6000, max(20, SECONDS * 500 * setting // latency)),
            )  # fmt: skip
        self.assertEqual(wrong, [])

    def test_more_workers_are_never_slower(self):
        wrong = []
        few = self.file(600)
        many = self.file(6000, "wide")
        for name, file, flags, latency, clock_rate in (
            ("documented quota", few, ("--reserve", 0), 20, 5),
            ("documented quota", few, ("--reserve", 0), 200, 20),
            ("documented quota", few, ("--reserve", 0), 1000, 40),
            ("no quota", many, ("--rate", "none"), 20, 1),
            # How soon auto finds its number differs from run to run by more than workers cost.
            ("no quota", many, ("--rate", "none", "--concurrency", 400), 200, 1),
        ):
            found = {1: [], 2: [], 4: []}
            for _ in range(3 if "none" in flags else 1):
                for workers, rates in found.items():
                    rates.append(self.writes_per_second(
                        file, latency, (*flags, "--workers", workers), clock_rate))  # fmt: skip
            best = {workers: max(rates) for workers, rates in found.items()}
            told = ", ".join(f"{workers}: {rate:.1f}/s" for workers, rate in best.items())
            print(f"workers, {name}, {latency} ms: {told}", flush=True)
            for workers in (2, 4):
                if best[workers] < best[1] * (1 - NOISE):
                    wrong.append(f"{name}, {latency} ms: {workers} workers are slower than one")
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
