"""Trials of a verification: an import, damages to the sandbox's store, and what `verify` finds.

The oracle is what the sandbox says that it damaged."""

import json

import harness

ID_COLUMNS = {
    "user": "_user_id",
    "organization": "_organization_id",
    "membership": "_membership_id",
}


class Case(harness.Case):
    clock_rate = harness.FAST
    quota = {"shape": "none"}  # of the sandbox

    def imported(self, rows=400, organizations=60, lag=0, **sandbox):
        """A run on a sandbox of its own; nothing was verified yet."""
        self.runs_dir = self.directory / f"runs-{lag}-{rows}-{len(self._started)}"
        self.sandbox(clock_rate=self.clock_rate, lag=lag, **sandbox)
        self.target.quota(**self.quota)
        flags = ["--rows", rows, "--organizations", organizations]
        self.imports(self.made_users(*flags), "--no-verify")
        self.assertEqual(self.summary()["rows"]["created"], rows)

    def verify(self, code):
        """`rehome verify`, which has to end with `code`; what the summary says of it."""
        done = self.rehome("verify", "--clock-rate", self.clock_rate)
        self.assertEqual(done.code, code, f"{done.stdout}\n{done.stderr}")
        return self.summary()["counters"]["verification"]

    def findings(self):
        """What verification.csv accuses."""
        found = []
        for row in self.row_file("verification"):
            told = (row["_finding"], row["_object"], row[ID_COLUMNS[row["_object"]]])
            if row["_finding"] == "mismatch":
                told += (row["_field"],)
            if row["_finding"] == "duplicate":
                told += (row["_other_id"],)
            found.append(told)
        return sorted(found)

    def assert_found(self, damages):
        """Each damage is found, and nothing else is accused."""
        self.assertEqual(self.findings(), sorted(map(finding_of, damages)))


def finding_of(damage):
    """What a verification has to say about a damage."""
    thing = (damage["object"], damage["id"])
    if damage["kind"] == "drop":
        return ("missing", *thing)
    if damage["kind"] == "duplicate":
        return ("duplicate", *thing, damage["other_id"])
    field = "organization_id" if damage["kind"] == "move" else damage["field"]
    return ("mismatch", *thing, field)


class Trials(Case):
    """Random damages, by seed and by lag."""

    rows = 400
    organizations = 60
    damages = 100

    def trial(self, lag, seed):
        with self.subTest(lag=lag, seed=seed):
            self.imported(self.rows, self.organizations, lag)
            damages = self.target.damage(seed=seed, count=self.damages)
            self.assertEqual(len(damages), self.damages)
            verification = self.verify(code=5)
            self.assert_found(damages)
            self.assertEqual(verification["state"], "findings", json.dumps(verification))
            self.assertEqual(verification["users"], self.rows)
            self.assertEqual(verification["memberships"], self.rows)
            self.assertEqual(verification["organizations"], self.organizations)
            self.target.stop()
