"""The vendor's own emulator as a second opinion: a server of this API that nobody here wrote.

It is laxer than the API (docs/testing.md), so it decides nothing: the same files must make the same
users, organizations and memberships in it as in the sandbox. Skipped where it is not installed
(tools/setup_emulator), unless REHOME_REQUIRE_EMULATOR is set.
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
import urllib.request
from collections import Counter
from pathlib import Path

import harness
import laws

INSTALLED = harness.SOURCE / "build" / "emulator"
SERVE = Path(__file__).resolve().parent / "emulator" / "serve.mjs"
# A budget of its own, so that reading counts for nothing in the tests' own.
READER_KEY = "sk_test_reader"
# The emulator answers 999 requests of a key in a minute; this leaves room for slow machines.
MOST_REQUESTS = 400
PATHS = {
    "users": "/user_management/users",
    "organizations": "/organizations",
    "memberships": "/user_management/organization_memberships",
}
ROLES = ("admin", "member")


def missing():
    """Why the emulator cannot be had here, or nothing."""
    if not (INSTALLED / "installed").exists():
        return "the vendor's emulator is not installed: tools/setup_emulator says why"
    if not shutil.which("node"):
        return "the vendor's emulator needs node"
    return None


class Emulator:
    """An emulator process of its own, on loopback."""

    # Of rehome: a finding is waited for as long as the target's lag may last, and a slow machine
    # must still answer in time.
    clock_rate = 10

    def __init__(self, directory):
        directory = Path(tempfile.mkdtemp(dir=directory, prefix="emulator-"))
        port_file = directory / "port"
        self._log = directory / "log"
        with open(self._log, "wb") as log:
            # fmt: off
            self._process = subprocess.Popen(
                ["node", SERVE, INSTALLED, port_file, *ROLES], env=harness.environment(),
                cwd=directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            # fmt: on
        try:
            self.url = f"http://127.0.0.1:{self._wait_for_port(port_file)}"
        except BaseException:
            self.stop()
            raise

    def objects(self, kind):
        """The users, organizations or memberships that exist now, page by page."""
        objects, after = [], ""
        while True:
            page = self._ask(f"{PATHS[kind]}?limit=100&order=asc{after}", READER_KEY)[1]
            objects += page["data"]
            cursor = page["list_metadata"]["after"]
            if not cursor:
                return objects
            after = f"&after={cursor}"

    def requests(self):
        """Requests so far with the key of the tests, by the emulator's own count."""
        headers, _ = self._ask("/user_management/users?limit=1", harness.API_KEY)
        return int(headers["X-RateLimit-Limit"]) - int(headers["X-RateLimit-Remaining"]) - 1

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def _wait_for_port(self, port_file):
        def port():
            if self._process.poll() is not None:
                raise AssertionError(f"the emulator did not start: {self._log.read_text()}")
            return port_file.exists() and port_file.read_text().strip()

        return harness.wait_until(port, 60)

    def _ask(self, path, key):
        headers = {"Authorization": f"Bearer {key}"}
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.headers, json.load(answer)


def contents(target):
    """What a target holds, by the keys of the file: no id, no time, nothing of the server's own."""
    users, organizations = target.objects("users"), target.objects("organizations")
    memberships = target.objects("memberships")
    emails = {user["id"]: user["email"].lower() for user in users}
    keys = {it["id"]: it.get("external_id") or it["name"] for it in organizations}
    fields = ("first_name", "last_name", "email_verified", "external_id", "metadata")
    return {
        "users": listed(
            (user["email"].lower(), json.dumps([user[name] or None for name in fields]))
            for user in users
        ),
        "organizations": listed((keys[it["id"]], it["name"]) for it in organizations),
        "memberships": listed(
            (
                f"{emails[it['user_id']]} in {keys[it['organization_id']]}",
                f"{it['status']} {','.join(roles_of(it))}",
            )
            for it in memberships
        ),
    }


def listed(pairs):
    """The pairs as a dict; a key that comes twice fails the test."""
    pairs = list(pairs)
    twice = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    assert not twice, f"exists twice: {twice}"
    return dict(pairs)


def roles_of(membership):
    """The emulator shows one role only, under its older name."""
    roles = membership.get("roles") or [membership["role"]]
    return sorted(role["slug"] for role in roles)


class SecondOpinion(harness.Case):
    @classmethod
    def setUpClass(cls):
        why = missing()
        if why and os.environ.get("REHOME_REQUIRE_EMULATOR"):
            raise AssertionError(why)
        if why:
            raise unittest.SkipTest(why)

    def emulator(self):
        """Starts an emulator, which is the target of this test from now on."""
        self.target = Emulator(self.directory)
        self.addCleanup(self.target.stop)
        return self.target

    def import_into(self, target, file, runs, *flags, unlike=()):
        """Imports and verifies; the roles of the memberships `unlike` are what the emulator made of
        them, and nothing else differs."""
        self.target, self.runs_dir = target, self.directory / runs
        done = self.imports(file, *flags, code=5 if unlike else 0)
        self.assertEqual(self.summary()["verification"], "findings" if unlike else "clean")
        columns = ("_object", "_finding", "_field", "_found")
        findings = [[row[name] for name in columns] for row in self.row_file("verification")]
        roles = ["membership", "mismatch", "role_slugs", "member"]
        self.assertEqual(findings, [roles] * len(unlike))
        return done

    def compare(self, file, several_roles=()):
        """Imports the file into both, twice into the emulator: as new, and as what is there. The
        emulator ignores `role_slugs`, so it gives its default role to `several_roles`."""
        emulator, sandbox = self.emulator(), self.sandbox()
        rows = len(laws.read_csv(file))
        self.import_into(sandbox, file, "sandbox-runs")
        self.assert_rows(read=rows, created=rows)
        self.check_laws()
        self.import_into(emulator, file, "emulator-runs", unlike=several_roles)
        self.assert_rows(read=rows, created=rows)
        wanted, found = contents(sandbox), contents(emulator)
        for key in several_roles:
            self.assertEqual(found["memberships"].pop(key), "active member")
            self.assertNotEqual(wanted["memberships"].pop(key), "active member")
        self.assertEqual(found, wanted)
        before = {kind: emulator.objects(kind) for kind in PATHS}
        self.import_into(emulator, file, "other-runs")
        counts = self.summary()["rows"]
        self.assertEqual(counts["created"] + counts["failed"] + counts["parked"], 0, counts)
        self.assertEqual({kind: emulator.objects(kind) for kind in PATHS}, before)
        return emulator

    def test_several_memberships_of_several_users(self):
        emulator = self.compare(
            harness.DATA / "incumbents" / "multi-org-multi-membership.csv")  # fmt: skip
        kinds = {kind: len(emulator.objects(kind)) for kind in PATHS}
        self.assertEqual(kinds, {"users": 5, "organizations": 4, "memberships": 9})
        self.assertLess(emulator.requests(), MOST_REQUESTS / 2)

    def test_roles_metadata_and_hashes(self):
        dana = "dana.cohen@northwind.example.com in northwind"
        emulator = self.compare(harness.DATA / "users.csv", several_roles=[dana])
        kinds = {kind: len(emulator.objects(kind)) for kind in PATHS}
        self.assertEqual(kinds, {"users": 18, "organizations": 3, "memberships": 20})
        self.assertLess(emulator.requests(), MOST_REQUESTS / 2)

    def test_organizations_by_name_and_changed_users(self):
        emulator, sandbox = self.emulator(), self.sandbox()
        header = "email,first_name,external_id,org_name\n"
        new = self.csv(header + "a@x.example,A,1,Acme\nb@x.example,B,2,Beta\n", "new.csv")
        changed = self.csv(
            header + "a@x.example,Anna,1,Acme\nb@x.example,B,2,Acme\nc@x.example,C,3,Gamma\n",
            "changed.csv")  # fmt: skip
        for target, runs in ((emulator, "emulator-runs"), (sandbox, "sandbox-runs")):
            self.import_into(target, new, runs, "--org-by-name")
            self.import_into(target, changed, runs, "--org-by-name", "--on-existing", "update")
        found = contents(emulator)
        self.assertEqual(found, contents(sandbox))
        self.assertEqual(set(found["organizations"]), {"Acme", "Beta", "Gamma"})
        self.assertEqual(len(found["memberships"]), 4)
        self.assertIn("Anna", found["users"]["a@x.example"])


if __name__ == "__main__":
    unittest.main()
