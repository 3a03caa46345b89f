"""The workflow of docs/ci.md, done as its service would: step by step, in one shell each.

Of the service's own language it knows what that workflow uses. Whatever else stands there fails the
test, so that nothing of the page is passed over.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import harness

# What the service starts for `shell: bash`.
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def block():
    """The text of the one YAML block of the page."""
    (text,) = re.findall(
        r"```yaml\n(.*?)```", (harness.SOURCE / "docs" / "ci.md").read_text(), re.DOTALL
    )
    return text


@dataclass
class Done:
    """What became of a step."""

    name: str
    outcome: str = "skipped"
    code: int = 0
    said: str = ""
    outputs: dict = field(default_factory=dict)


class Job:
    """One start of the workflow `document` for `case`, with these inputs and secrets. `environment`
    is what the machine has; `folder` stands for /srv/rehome."""

    def __init__(self, case, document, folder, inputs, secrets, **environment):
        self._job = document["jobs"]["import"]
        self._document = document
        self._folder = Path(folder)
        self._inputs = inputs
        self._secrets = secrets
        self._temp = Path(case.directory) / "runner-temp"
        self._temp.mkdir(exist_ok=True)
        self._machine = case.environment(
            REHOME_RUNS_DIR=None, REHOME_ENDPOINT=None, WORKOS_SECRET_KEY=None,
            RUNNER_TEMP=self._temp, **environment)  # fmt: skip
        self._ids = {}
        self.steps = []
        self.failed = False

    def run(self):
        """All steps; a failed one leaves out those that do not ask to be done always."""
        for step in self._job["steps"]:
            self.step(step)
        return self

    def step(self, step):
        done = Done(step["name"])
        self.steps.append(done)
        self._ids[step.get("id", "")] = done
        # What others wrote for the service is not done here.
        if not self._is_due(step) or "uses" in step:
            return done
        output = self._temp / "output"
        output.write_text("")
        environment = {**self._machine, "GITHUB_OUTPUT": str(output)}
        for layer in (self._document["env"], step.get("env", {})):
            for name, value in layer.items():
                environment[name] = self._filled(value).replace("/srv/rehome", str(self._folder))
        script = self._temp / "step.sh"
        script.write_text(self._filled(step["run"]))
        ran = subprocess.run(
            [*BASH, script], env=environment, cwd=self._folder, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=harness.LIMIT_SECONDS)  # fmt: skip
        done.said, done.code = ran.stdout, ran.returncode
        done.outcome = "failure" if ran.returncode else "success"
        done.outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        self.failed |= ran.returncode != 0
        return done

    def assume(self, step_id, **outputs):
        """As if that step had been done, with these outputs."""
        self._ids[step_id] = Done(step_id, "success", outputs=outputs)

    def __getitem__(self, name):
        (found,) = [done for done in self.steps if done.name == name]
        return found

    def value(self, expression):
        """Of an expression of the service's language."""
        text = expression
        for theirs, ours in (("&&", " and "), ("||", " or "), ("always()", "True")):
            text = text.replace(theirs, ours)
        text = re.sub(r"\b(inputs|secrets|runner)\.(\w+)", r'\1["\2"]', text)
        text = re.sub(r"\bsteps\.(\w+)\.outputs\.(\w+)", r'output("\1", "\2")', text)
        text = re.sub(r"\bsteps\.(\w+)\.outcome", r'outcome("\1")', text)
        names = {
            "inputs": self._inputs,
            "secrets": self._secrets,
            "runner": {"temp": str(self._temp)},
            "output": lambda step, name: self._done(step).outputs.get(name, ""),
            "outcome": lambda step: self._done(step).outcome,
            "fromJSON": int,
        }
        return eval(text, {"__builtins__": {}}, names)  # noqa: S307 - the page is ours

    def _done(self, step_id):
        known = {step.get("id") for step in self._job["steps"]}
        if step_id not in known:
            raise AssertionError(f"the workflow has no step {step_id}")
        return self._ids.get(step_id, Done(step_id))

    def _is_due(self, step):
        condition = str(step.get("if", "True"))
        return (not self.failed or "always()" in condition) and bool(self.value(condition))

    def _filled(self, text):
        return EXPRESSION.sub(lambda match: str(self.value(match.group(1))), str(text))
