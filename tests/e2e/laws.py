"""The laws of every run, checked against the sandbox's own record.

Rows add up; each row is in exactly one row file; each key of the file was created once at most, and
nothing that may have been created was sent again before it was looked up; nothing was created that
the file does not name; what the row files call done is really there. Every request of a run has the
headers against caches and an id of its own.
"""

import csv
import json
import urllib.parse
from collections import Counter
from pathlib import Path

OUTCOMES = ("created", "adopted", "updated", "unchanged", "skipped", "rejected", "failed",
            "parked", "unprocessed")  # fmt: skip
ROW_FILES = {
    "success": {"created", "adopted", "updated", "unchanged"},
    "failed": {"failed", "rejected", "parked"},
    "skipped": {"skipped"},
    "unprocessed": {"unprocessed"},
}
LAWS_SHOWN = 50
DELIMITERS = ",;\t|"


def read_csv(path):
    """The rows of a file as dicts, keyed by trimmed lower-case column names."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        file.seek(0)
        delimiter = max(DELIMITERS, key=header.count)
        rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
    names = [name.strip().lower() for name in rows[0]]
    return [dict(zip(names, row, strict=False)) for row in rows[1:]]


def check(run_dir, sandbox, source=None, finished=True, foreign=False):
    """Fails with the broken laws at once. `source` is the CSV (default: what run.json names);
    `foreign` allows effects of other files on the same sandbox."""
    run = json.loads((run_dir / "run.json").read_text())
    source = Path(source or run["file"])
    broken = Broken()
    rows = check_summary(broken, run_dir, finished)
    if run["state"] in ("finished", "partial"):
        check_nothing_open(broken, run_dir)
    outcomes = check_row_files(broken, run_dir, rows)
    check_verification(broken, run_dir)
    check_created_once(broken, sandbox)
    check_looked_up(broken, sandbox.record())
    if not foreign:
        wanted = read_csv(source)
        check_nothing_foreign(broken, sandbox, wanted, run["options"])
        if run["state"] == "finished" and rows["rejected"] == 0:
            whole = rows["read"] == len(wanted)
            broken.unless(whole, f"{rows['read']} rows read, {len(wanted)} in the file")
    check_done_is_there(broken, sandbox, outcomes["success"])
    broken.end()


class Broken:
    """The laws that did not hold."""

    def __init__(self):
        self.laws = []

    def unless(self, holds, law):
        if not holds:
            self.laws.append(law)

    def end(self, about=""):
        """Fails if there are any. tools/list_failures.py knows such a failure by its first words."""
        assert not self.laws, f"broken laws{about}:\n" + "\n".join(self.laws[:LAWS_SHOWN])


def require(holds, law, told=""):
    """One law that a test has of its own: as with those of every run, a second try cannot hide that it
    was broken."""
    assert holds, f"broken laws:\n{law}\n{told}"


def check_summary(broken, run_dir, finished):
    """The rows of the summary, and of each of its phases, add up."""
    summary = json.loads((run_dir / "summary.json").read_text())
    rows = summary["rows"]
    total = sum(rows[outcome] for outcome in OUTCOMES)
    broken.unless(rows["read"] == total, f"rows do not add up: {rows}")
    for phase in summary["phases"]:
        if phase["phase"] in ("survey", "verification"):
            continue
        told = sum(phase[outcome] for outcome in OUTCOMES) + phase["in_doubt"]
        broken.unless(phase["read"] == told, f"phase does not add up: {phase}")
        if finished:
            broken.unless(phase["in_doubt"] == 0, f"in doubt after the end: {phase}")
    return rows


def check_nothing_open(broken, run_dir):
    """A run that says it came to its end, of the whole file or of a part, has left no row and no
    object open, whatever its exit code."""
    summary = json.loads((run_dir / "summary.json").read_text())
    left = summary["rows"]["unprocessed"]
    broken.unless(left == 0, f"came to its end with {left} rows unprocessed")
    for phase in summary["phases"]:
        doubts = phase["in_doubt"]
        broken.unless(doubts == 0, f"came to its end with {doubts} {phase['phase']} in doubt")


def check_row_files(broken, run_dir, rows):
    """Each row is in exactly one row file, in the one of its outcome, as often as counted."""
    files = {name: read_csv(run_dir / f"{name}.csv") for name in ROW_FILES}
    seen = Counter(row["_row"] for them in files.values() for row in them)
    twice = [row for row, times in seen.items() if times > 1]
    broken.unless(not twice, f"rows in several row files: {twice[:10]}")
    told = sum(rows[outcome] for outcome in OUTCOMES)
    broken.unless(len(seen) == told, f"{len(seen)} rows in the row files, {told} in the summary")
    outcomes = Counter()
    for name, allowed in ROW_FILES.items():
        for row in files[name]:
            outcomes[row["_outcome"]] += 1
            broken.unless(row["_outcome"] in allowed, f"{name}.csv has {row['_outcome']}")
    for outcome in OUTCOMES:
        broken.unless(
            outcomes[outcome] == rows[outcome],
            f"{outcome}: {outcomes[outcome]} in the row files, {rows[outcome]} in the summary",
        )
    return files


def check_verification(broken, run_dir):
    """What a verification counts adds up, and its file tells each finding. That it is right about the
    target is for those tests that damage it."""
    summary = json.loads((run_dir / "summary.json").read_text())
    told = summary["counters"]["verification"]
    path = run_dir / "verification.csv"
    ran = told["state"] != "not run"
    broken.unless(path.exists() == ran, f"verification {told['state']}: {path.exists()=}")
    findings = Counter(row["_finding"] for row in read_csv(path)) if path.exists() else Counter()
    for kind in ("missing", "duplicate", "mismatch"):
        same = findings[kind] == told[kind]
        broken.unless(same, f"{kind}: {findings[kind]} in verification.csv, {told[kind]} counted")
    bad = told["state"] in ("findings", "incomplete")
    if summary["run"]["exit_code"] in (0, 1, 5):
        ends = (summary["run"]["exit_code"], told["state"])
        broken.unless((ends[0] == 5) == bad, f"exit and verification: {ends}")
    for phase in summary["phases"]:
        if phase["phase"] not in ("organizations", "users", "memberships"):
            continue
        there = sum(phase[it] for it in ("created", "adopted", "updated", "unchanged"))
        compared = told[phase["phase"]]
        whole = told["state"] in ("clean", "findings")
        counts = f"{phase['phase']}: {compared} compared of {there}"
        broken.unless(compared == there if whole else compared <= there, counts)


# The external_id of the organization that --coordinator target takes for a lock. It comes and goes,
# and no file names it.
LOCK = "rehome-lock"


def creates(sandbox):
    """The record of what was created, but for locks."""
    entries = [e for e in sandbox.record(effects=True) if e["effect"]["action"] == "created"]
    return [entry for entry in entries if entry["effect"].get("external_id") != LOCK]


def check_created_once(broken, sandbox):
    """No key was created twice and no POST was applied twice."""
    entries = creates(sandbox)
    keys = Counter(key_of(entry["effect"]) for entry in entries)
    for key, times in keys.items():
        broken.unless(times == 1, f"created {times} times: {key}")
    sent = Counter(e["idempotency_key"] for e in entries if e.get("idempotency_key"))
    for key, times in sent.items():
        broken.unless(times == 1, f"one POST applied {times} times: {key}")
    users = Counter(user["email"].lower() for user in sandbox.objects("users"))
    organizations = Counter(
        it["external_id"] for it in sandbox.objects("organizations") if it.get("external_id")
    )
    memberships = Counter(
        (it["user_id"], it["organization_id"]) for it in sandbox.objects("memberships")
    )
    for counted in (users, organizations, memberships):
        for key, times in counted.items():
            broken.unless(times == 1, f"exists {times} times: {key}")


# What an answer says that nobody can read, as the record names its fault: the client learns nothing
# from it.
UNREADABLE = ("reset", "close", "hang", "half_body", "wrong_length", "gzip", "other_body", "html",
              "empty")  # fmt: skip


def check_looked_up(broken, record):
    """What a run has sent once it sends again only after a look-up of that object, unless the target
    refused it: a target that knows the idempotency key hides a create that is simply repeated. Of the
    client's errors (4xx) all but a time-out are refusals: a limit, or what a membership refers to
    does not show yet. What never left is in no record."""
    in_doubt = {}  # by run and object: creates that may have been applied, by path and body
    keys = {}
    for entry in record:
        run = entry.get("request_id", "").rpartition(".")[0]
        if not run:
            continue  # a test's own
        if entry["method"] == "GET":
            if entry["status"] in (200, 404) and is_readable(entry):
                in_doubt.pop((run, looked_up(entry["path"])), None)
        elif entry["method"] == "POST":
            request = (entry["path"], entry["body_digest"])
            key = entry.get("idempotency_key")
            same = keys.setdefault(key, request) == request
            broken.unless(same, f"one idempotency key for two requests: {key}")
            about = (run, created(entry))
            doubts = in_doubt.setdefault(about, {})
            before = doubts.pop(request, None)
            law = f"sent again without a look-up: {about[1]} in {before} and {entry['seq']}"
            broken.unless(before is None, law)
            if not is_refusal(entry):
                doubts[request] = entry["seq"]


def is_readable(entry):
    return not entry.get("fault", "").startswith(UNREADABLE)


def is_refusal(entry):
    return 400 <= entry["status"] < 500 and entry["status"] != 408 and is_readable(entry)


def created(entry):
    """What a create is about, as `looked_up` names it."""
    keys = entry["create"]
    if entry["path"] == "/organizations":
        return ("organization", keys.get("external_id") or keys.get("name"))
    if entry["path"] == "/user_management/users":
        return ("user", keys.get("email", "").lower())
    return ("membership", keys.get("user_id"), keys.get("organization_id"))


def looked_up(target):
    """What a read is about."""
    path, _, query = target.partition("?")
    asked = dict(urllib.parse.parse_qsl(query))
    if path.startswith("/organizations"):
        by_external_id = path.removeprefix("/organizations/external_id/")
        return ("organization", asked.get("search") or urllib.parse.unquote(by_external_id))
    if path == "/user_management/users":
        return ("user", asked.get("email", "").lower())
    return ("membership", asked.get("user_id"), asked.get("organization_id"))


def check_nothing_foreign(broken, sandbox, source, options):
    """Everything that was created is named by the file or by the options of the run."""
    if any("email" not in row for row in source):
        return  # other names, read with --map
    emails = {row["email"].strip().lower() for row in source}
    # Where all rows go, or where each row goes by itself.
    given = options.get("org-external-id") or options.get("org-id")
    by_name = options.get("org-by-name") == "yes" or options.get("org-name")
    pairs = {(row["email"].strip().lower(), given or organization_of(row)) for row in source}
    wanted = {organization for _, organization in pairs}
    users = {it["id"]: it["email"].lower() for it in sandbox.objects("users")}
    external_ids = {it["id"]: it.get("external_id") for it in sandbox.objects("organizations")}
    for entry in creates(sandbox):
        effect = entry["effect"]
        if effect["kind"] == "user":
            known = effect["email"].lower() in emails
        elif effect["kind"] == "organization":
            known = by_name or effect.get("external_id") in wanted
        else:
            email = users.get(effect["user_id"])
            organization = effect["organization_id"]
            keys = (organization, external_ids.get(organization))
            known = by_name or any((email, key) in pairs for key in keys)
        broken.unless(known, f"not in the file: {effect}")


def organization_of(row):
    """The organization that a row names, by either key."""
    return row.get("org_id", "").strip() or row.get("org_external_id", "").strip()


def check_done_is_there(broken, sandbox, success):
    """What success.csv says exists, under the ids that it says."""
    users = {user["id"]: user for user in sandbox.objects("users")}
    organizations = {it["id"]: it for it in sandbox.objects("organizations")}
    memberships = {it["id"]: it for it in sandbox.objects("memberships")}
    for row in success:
        where = f"row {row['_row']}"
        user = users.get(row["_user_id"])
        broken.unless(user is not None, f"{where}: no such user: {row['_user_id']}")
        if user and "email" in row and row["_outcome"] == "created":
            same = user["email"].lower() == row["email"].strip().lower()
            broken.unless(same, f"{where}: {row['email']} is {user['email']}")
        wanted = row.get("org_external_id", "").strip()
        if wanted:
            organization = organizations.get(row["_organization_id"], {})
            same = organization.get("external_id") == wanted
            broken.unless(same, f"{where}: organization {wanted} is {organization}")
        if row["_organization_id"]:
            membership = memberships.get(row["_membership_id"], {})
            pair = (membership.get("user_id"), membership.get("organization_id"))
            same = pair == (row["_user_id"], row["_organization_id"])
            broken.unless(same, f"{where}: membership {row['_membership_id']} is {pair}")


def key_of(effect):
    """What must be unique of a created object."""
    if effect["kind"] == "user":
        return ("user", effect["email"].lower())
    if effect["kind"] == "organization":
        return ("organization", effect.get("external_id") or effect["id"])
    return ("membership", effect["user_id"], effect["organization_id"])


def check_id_map(run_dir, sandbox):
    """Each id of id_map.csv is that of the object with the row's keys, by the sandbox's store: no
    answer about something else was ever recorded."""
    broken = Broken()
    users = {user["id"]: user for user in sandbox.objects("users")}
    organizations = {it["id"]: it for it in sandbox.objects("organizations")}
    memberships = {it["id"]: it for it in sandbox.objects("memberships")}
    for row in read_csv(run_dir / "id_map.csv"):
        where = f"id_map row {row['_row']}"
        if row["user_id"]:
            email = users.get(row["user_id"], {}).get("email", "").lower()
            broken.unless(email == row["email"].lower(), f"{where}: {row['user_id']} is {email!r}")
        if row["organization_id"] and row["org_external_id"]:
            external_id = organizations.get(row["organization_id"], {}).get("external_id")
            same = external_id == row["org_external_id"]
            broken.unless(same, f"{where}: {row['organization_id']} is {external_id!r}")
        if row["membership_id"]:
            membership = memberships.get(row["membership_id"], {})
            pair = (membership.get("user_id"), membership.get("organization_id"))
            same = pair == (row["user_id"], row["organization_id"])
            broken.unless(same, f"{where}: membership {row['membership_id']} is {pair}")
    broken.end(" of ids")


# What every request says to caches on its way (the incident of the 19,052 phantoms).
CACHE_BUSTERS = {
    "cache_control": "no-cache, no-store, must-revalidate, max-age=0",
    "pragma": "no-cache",
    "expires": "0",
}


# The X-Request-ID of what a test sends itself.
BY_HAND = "by-hand"


def check_headers(sandbox):
    """Every request that the sandbox saw has the headers against caches and an id of its own, but
    for those that a test sent itself."""
    broken = Broken()
    record = [entry for entry in sandbox.record() if entry.get("request_id") != BY_HAND]
    for entry in record:
        said = {name: entry.get(name) for name in CACHE_BUSTERS}
        broken.unless(said == CACHE_BUSTERS, f"request {entry['seq']} says {said}")
    ids = Counter(entry.get("request_id") for entry in record)
    repeated = [request_id for request_id, times in ids.items() if times > 1 or not request_id]
    broken.unless(not repeated, f"request ids that are missing or not unique: {repeated[:10]}")
    broken.end(" of headers")
