"""SARIF logs, held against the published schema where it is installed (tools/setup_sarif)."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import harness

INSTALLED = harness.SOURCE / "build" / "sarif"
CHECK = Path(__file__).resolve().parent / "sarif" / "check.mjs"


def missing():
    """Why logs cannot be held against the schema here, or nothing."""
    if not (INSTALLED / "installed").exists():
        return "the schema of SARIF is not installed: tools/setup_sarif says why"
    if not shutil.which("node"):
        return "the validator of SARIF needs node"
    return None


def must():
    """Whether a machine without the schema fails its tests."""
    return bool(os.environ.get("REHOME_REQUIRE_SARIF"))


def faults(log):
    """What the schema has against a log, one a line."""
    command = ["node", str(CHECK), str(INSTALLED)]
    done = subprocess.run(command, input=json.dumps(log), capture_output=True, text=True,
                          timeout=120, check=False)  # fmt: skip
    if done.returncode not in (0, 1) or done.stderr:
        raise AssertionError(f"{command} failed: {done.stderr}")
    return done.stdout
