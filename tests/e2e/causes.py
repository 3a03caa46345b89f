"""Why a command ended with its exit code, by the sandbox's record of what it had asked: a stop that
nothing in the record or in the summary gives a reason for is a bug, and so is a stop that did not
come."""

import re

# Answers that can be read and are not about what was asked, or say nothing where something was
# asked for. One that is cut short (half_body) is a connection that broke.
WRONG = ("html", "empty", "gzip", "wrong_length", "other_body", "cached")
KEY_REFUSED = ("status_401", "status_403")
MISMATCHES_THAT_STOP = 3
# A target that nobody reached is given up after five tries; others may be on their way by then.
TRIES_BEFORE_REACHED = 5
# Of the thirty minutes without a good answer, what surely lies between the first and the last request.
FAILING_MS = 20 * 60 * 1000


def is_of_verification(entry):
    """Whether a request of the record is one of those that read back what a run made."""
    return ".v" in entry["request_id"]


def wrong_answers(requests):
    """How many requests of an import got an answer that was not about them."""
    return sum(
        entry.get("fault", "").startswith(WRONG) and 200 <= entry["status"] < 300
        for entry in requests
        if not is_of_verification(entry)
    )


def was_refused(requests):
    """Whether the key of an import was refused."""
    return any(
        entry.get("fault", "").startswith(KEY_REFUSED) and not is_of_verification(entry)
        for entry in requests
    )


def check(code, summary, requests, mismatches):
    """Fails unless `code` is what one process, the last one of the run, had to end with: by the
    requests that it sent, the summary that it left, and the mismatched answers to its import."""
    rows = summary["rows"]
    bad = sum(rows[it] for it in ("rejected", "failed", "parked"))
    told = f"exit code {code}: {summary['stop_reason']!r}, verification {summary['verification']}"
    seen = wrong_answers(requests)
    assert mismatches <= seen, f"{told}: {mismatches} mismatched answers, {seen} in the record"
    stops = mismatches >= MISMATCHES_THAT_STOP or was_refused(requests)
    assert not stops or code in (3, 4), f"{told}: did not stop"
    assert code in (3, 4) or not summary["stop_reason"], f"{told}: did not stop for its reason"
    if code in (3, 4):
        check_stop(told, code, summary["stop_reason"], requests, mismatches)
    elif code == 5:
        # Faults may keep a verification from reading, but never make it accuse.
        assert summary["verification"] == "incomplete", told
    else:
        assert code == (1 if bad else 0), f"{told}: {bad} rows rejected, failed or parked"
        assert rows["unprocessed"] == 0, f"{told}: {rows['unprocessed']} rows unprocessed"
        assert summary["verification"] in ("clean", "not run"), told


def check_stop(told, code, reason, requests, mismatches):
    """The reason of a stop belongs to its code, and its cause is in the record."""
    span = requests[-1]["time_ms"] - requests[0]["time_ms"] if requests else 0
    causes = (
        (4, r"^the target refused the API key", was_refused(requests)),
        # Whoever waits with a fast clock on a slow machine may miss an answer that was sent.
        (4, r"the target has not answered anything yet", len(requests) <= 2 * TRIES_BEFORE_REACHED),
        (3, r"^3 answers were not about what was asked", mismatches >= MISMATCHES_THAT_STOP),
        (3, r"^the target has been failing for 30 minutes", span >= FAILING_MS),
    )  # fmt: skip
    fitting = [cause for of, words, cause in causes if of == code and re.search(words, reason)]
    assert fitting, f"{told}: no such stop is known"
    assert all(fitting), f"{told}: a stop without its cause"
