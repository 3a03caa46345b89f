# runs alone
"""The report page in a browser: it opens at once, loads nothing, and can be searched, sorted and
filtered, by keyboard too.

Skipped where there is no Chromium (tools/setup test) or no axe-core (tools/setup_axe), unless
REHOME_REQUIRE_BROWSER is set.
"""

import json
import os
import shutil
import tempfile
import time
import unittest
from pathlib import Path

import browser
import harness

AXE = harness.SOURCE / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
# What a page may take to be drawn, from the moment that it is asked for.
MOST_SECONDS = 3
# What a person takes for at once, twice over: the machine does other things too.
MOST_MILLISECONDS = 2000
HEADER = "email,first_name,email_verified,external_id,metadata,org_external_id,org_name\n"
TABLE = "#row-table"
HITS = f"document.querySelector('{TABLE} [role=status]').textContent"
ROWS = f"document.querySelectorAll('{TABLE} tbody tr').length"
COLUMN = (
    f"[...document.querySelectorAll('{TABLE} tbody tr')]"
    ".map((row) => row.cells[{}].querySelector('.line').textContent)"
)
# Markup, formulas, sequences for terminals and marks that turn the direction of text.
HOSTILE = [
    "<script>document.title='taken'</script>", "</script><script>document.title='taken'</script>",
    "<img src=http://127.0.0.1:9/x onerror=document.title='taken'>", "=HYPERLINK(1)", "-->",
    "&lt;b&gt;", "javascript:document.title='taken'", "\x1b[2Jgone", "\u202egpj.exe", "\u200bx",
    "{{script}}", "\u2028line", "'\"`${document.title='taken'}",
]  # fmt: skip


def missing():
    """Why the page cannot be looked at here, or nothing."""
    if not browser.program():
        return "there is no Chromium: tools/setup test installs one"
    if not AXE.exists():
        return "axe-core is not installed: tools/setup_axe says why"
    try:
        with browser.Browser() as chromium:
            chromium.call("Browser.getVersion")
    except (AssertionError, OSError) as error:
        return f"{browser.program()} does not start: {error}"
    return None


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def row_of(number, fault):
    email, verified, metadata, organization = f"u{number}@example.com", "yes", "", number % 40
    if fault == 0:
        email = f"u{number} at example.com"
    if fault == 1:
        verified = "maybe"
    if fault == 2:
        metadata = quoted('{"plan":')
    name = quoted(f"Firm {organization} <Inc>")
    return f"{email},Ann,{verified},ext-{number},{metadata},org-{organization},{name}\n"


class Pages(harness.Case):
    """One run for each page, which all tests look at."""

    clock_rate = harness.FAST

    @classmethod
    def setUpClass(cls):
        why = missing()
        if why and os.environ.get("REHOME_REQUIRE_BROWSER"):
            raise AssertionError(why)
        if why:
            raise unittest.SkipTest(why)
        cls.kept = Path(tempfile.mkdtemp(prefix="rehome-pages-"))
        cls.chromium = browser.Browser()
        cls.addClassCleanup(shutil.rmtree, cls.kept, ignore_errors=True)
        cls.addClassCleanup(cls.chromium.__exit__)

    def page_of(self, name, text, *flags, code=1):
        """The page of an import of `text`, made once."""
        kept = self.kept / f"{name}.html"
        if not kept.exists():
            self.sandbox()
            self.imports(self.csv(text), "--rate", "none", "--no-verify", *flags, code=code)
            shutil.copy(self.run_dir() / "report.html", kept)
        return kept

    def page_with_700(self):
        # Every 21st row up to the 14,700th fails, for three reasons.
        rows = [
            row_of(it, it // 21 % 3 if it % 21 == 0 and it < 14700 else None)
            for it in range(15000)
        ]
        return self.page_of("700", HEADER + "".join(rows))

    def page_with_100000(self):
        rows = [row_of(it, it % 3) for it in range(100000)]
        return self.page_of("100000", HEADER + "".join(rows))

    def open(self, path, **options):
        page = self.chromium.open(path, **options)
        self.addCleanup(page.close)
        return page

    def assert_quiet(self, page):
        self.assertEqual(page.requests(), [])
        self.assertEqual(page.complaints(), [])

    def assert_accessible(self, page):
        """axe-core has no serious fault to find. It is no part of the page, whose policy would keep
        it out, so it is handed in from outside."""
        page.evaluate(AXE.read_text() + ";1")
        # fmt: off
        found = json.loads(page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then((found) => JSON.stringify("
            "found.violations.map((it) => [it.id, it.impact, it.nodes.slice(0, 3)"
            ".map((node) => node.html.slice(0, 200) + ' ' + node.failureSummary)])))"))
        # fmt: on
        self.assertEqual(found, [])


class Seven(Pages):
    def test_it_opens_at_once_and_asks_for_nothing(self):
        page = self.open(self.page_with_700())
        self.assertLess(page.load_seconds, MOST_SECONDS)
        self.assertEqual(page.evaluate(HITS), "700 rows.")
        headline = page.evaluate("document.querySelector('h1').textContent")
        self.assertEqual(headline, "14,300 of 15,000 rows are on the target; 700 need somebody.")
        self.assertEqual(page.evaluate("document.querySelectorAll('#charts svg.chart').length"), 3)
        organizations = "document.querySelector('#organization-table [role=status]').textContent"
        self.assertEqual(page.evaluate(organizations), "40 organizations.")
        self.assert_quiet(page)

    def test_it_keeps_nobody_out_in_light_and_dark_on_wide_and_narrow_screens(self):
        for dark, width in ((False, 1280), (True, 360)):
            with self.subTest(dark=dark, width=width):
                page = self.open(self.page_with_700(), dark=dark, width=width)
                self.assert_accessible(page)
                wider = page.evaluate("document.documentElement.scrollWidth")
                self.assertLessEqual(wider, width)

    def test_rows_are_found_by_words_phase_and_group(self):
        page = self.open(self.page_with_700())
        search = f"document.querySelector('{TABLE} input[type=search]')"
        page.evaluate(f"{search}.focus()")
        page.write("EXT-42 ")
        page.wait_until(f"{HITS} !== '700 rows.'")
        hits = page.evaluate(HITS)
        self.assertEqual(hits, "7 of 700 rows match.")  # 42, 420, 4200, 4221 …
        page.evaluate(f"document.querySelector('{TABLE} .controls button').click()")
        self.assertEqual(page.evaluate(HITS), "700 rows.")
        choose = (
            f"const chosen = document.querySelector('{TABLE} #rows-filter-{{}}'); "
            "chosen.value = '{}'; chosen.dispatchEvent(new Event('change'))"
        )
        page.evaluate("{" + choose.format(1, "email_invalid") + "}")
        self.assertEqual(page.evaluate(HITS), "234 of 700 rows match.")
        self.assertEqual(set(page.evaluate(COLUMN.format(3))), {"email_invalid"})
        page.evaluate("{" + choose.format(0, "users") + "}")
        self.assertEqual(page.evaluate(HITS), "234 of 700 rows match.")
        self.assert_quiet(page)

    def test_a_group_leads_to_its_rows(self):
        page = self.open(self.page_with_700())
        page.evaluate("document.querySelector('[data-code=metadata_invalid] button').click()")
        self.assertEqual(page.evaluate(HITS), "233 of 700 rows match.")

    def test_it_can_be_used_without_a_mouse(self):
        page = self.open(self.page_with_700())
        page.press("Tab")
        self.assertEqual(page.evaluate("document.activeElement.textContent"), "Skip to the report")
        page.press("Enter")
        page.wait_until("document.activeElement.id === 'main'")
        page.evaluate(f"document.querySelector('{TABLE} thead button').focus()")
        head = f"document.querySelector('{TABLE} thead th')"
        self.assertEqual(page.evaluate(f"{head}.getAttribute('aria-sort')"), "ascending")
        page.press("Enter")
        self.assertEqual(page.evaluate(f"{head}.getAttribute('aria-sort')"), "descending")
        self.assertEqual(page.evaluate(COLUMN.format(0))[0], "14,680")
        page.press("Tab")
        page.press(" ")
        self.assertEqual(page.evaluate(f"{head}.getAttribute('aria-sort')"), None)
        users = page.evaluate(COLUMN.format(1))
        self.assertEqual(users, sorted(users))
        page.evaluate(f"document.querySelector('{TABLE} .pager button:nth-of-type(3)').focus()")
        page.press("Enter")
        place = page.evaluate(f"document.querySelector('{TABLE} .pager span').textContent")
        self.assertEqual(place, "Page 2 of 14")
        page.evaluate("document.querySelector('#charts svg.chart').focus()")
        page.press("ArrowRight")
        told = page.evaluate("document.querySelector('#charts .readout').textContent")
        self.assertRegex(told, r"UTC, .*: [\d.,]+ writes/s, [\d.,]+ reads/s$")
        self.assert_quiet(page)

    def test_figures_of_a_chart_stand_in_a_table_too(self):
        page = self.open(self.page_with_700())
        page.evaluate("document.querySelector('#charts details').open = true")
        page.wait_until("document.querySelectorAll('#charts details tbody tr').length > 0")
        heads = page.evaluate(
            "[...document.querySelectorAll('#charts details thead th')].map((it) => it.textContent)"
        )
        self.assertEqual(heads, ["Time (UTC)", "writes/s", "reads/s"])

    def test_without_scripts_it_still_says_what_came_of_it(self):
        page = self.open(self.page_with_700(), script=False)
        page.call("Emulation.setScriptExecutionDisabled", value=False)
        text = page.evaluate("document.body.innerText")
        for wanted in ("700 need somebody", "email_invalid", "memberships",
                       "The table of rows needs JavaScript", "What was not checked"):  # fmt: skip
            self.assertIn(wanted, text)


class Eventful(Pages):
    """A run under a limit of its own, which was asked to pause, went on after a while, and has rows
    that need somebody in two phases, some of one code."""

    def page_with_events(self):
        kept = self.kept / "events.html"
        if kept.exists():
            return kept
        self.sandbox()
        (stubborn,) = self.target.seed(organizations=[{"name": "Stubborn"}])["organizations"]
        trouble = {"kind": "status", "status": 503, "times": 0}
        self.target.faults(
            {"kind": "status", "status": 429, "retry_after": "30", "on": "user", "nth": 20},
            {**trouble, "on": "user", "body_part": "park@example.com"},
            {**trouble, "on": "membership", "body_part": stubborn},
        )
        rows = [f"u{it}@example.com,yes,acme {it % 20},\n" for it in range(400)]
        rows[3] = f"stubborn@example.com,yes,,{stubborn}\n"
        rows[5] = "park@example.com,yes,acme,\n"
        rows[7] = "lost@example.com,yes,,org_01NOBODYHASTHISONE0000000\n"
        rows[9] = "maybe@example.com,perhaps,acme,\n"
        header = "email,email_verified,org_name,org_id\n"
        file = self.csv(header + "".join(rows))
        flags = ["--rate", "20", "--no-verify", "--org-by-name"]
        self.imports(file, *flags, "--limit", "300", code=1)
        time.sleep(4)  # some three minutes of the run's clock
        self.assertEqual(self.rehome("resume", "--no-verify").code, 1)
        shutil.copy(self.run_dir() / "report.html", kept)
        return kept

    def test_charts_show_limit_pauses_429s_and_breaks(self):
        page = self.open(self.page_with_events())
        count = "document.querySelectorAll('#charts figure:nth-of-type({}) svg.chart {}').length"
        self.assertEqual(page.evaluate(count.format(1, "line.s-limit")), 1)
        self.assertEqual(page.evaluate(count.format(3, "path.f-limited")), 1)
        hatch = "document.querySelector('#charts figure:nth-of-type(3) svg.chart path.s-hatch')"
        self.assertIn("l", page.evaluate(f"{hatch}.getAttribute('d')"))
        self.assertGreaterEqual(page.evaluate(count.format(1, ".break")), 1)
        told = page.evaluate(
            "document.querySelector('#charts figure:nth-of-type(3) svg.chart')"
            ".getAttribute('aria-label')"
        )
        self.assertRegex(told, r"paused for the target for (2[89]|3\d)(\.\d)? s")
        self.assertIn("1 answer with 429", told)
        self.assert_quiet(page)
        self.assert_accessible(page)

    def test_a_group_leads_to_the_rows_of_its_phase(self):
        page = self.open(self.page_with_events())
        phases = f"[...document.querySelectorAll('{TABLE} #rows-filter-0 option')]"
        phases = page.evaluate(phases + ".map((it) => it.value).filter((it) => it).sort()")
        self.assertEqual(phases, ["memberships", "users"])
        self.assertEqual(page.evaluate(HITS), "4 rows.")
        for phase, email in (("users", "park@"), ("memberships", "stubborn@")):
            group = f"[data-phase={phase}][data-code=outcome_unknown] button"
            page.evaluate(f"document.querySelector('{group}').click()")
            self.assertEqual(page.evaluate(HITS), "1 of 4 rows match.")
            self.assertEqual(page.evaluate(COLUMN.format(1)), [email + "example.com"])


class HundredThousand(Pages):
    def test_it_opens_searches_sorts_and_filters_at_once(self):
        page = self.open(self.page_with_100000())
        self.assertLess(page.load_seconds, MOST_SECONDS)
        self.assertEqual(page.evaluate(HITS), "100,000 rows.")
        self.assertEqual(page.evaluate(ROWS), 50)
        box = f"document.querySelector('{TABLE} input[type=search]')"
        wait = f"await new Promise((done) => {{ const began = {HITS}; const look = () => "
        wait += f"{HITS} === began ? setTimeout(look, 5) : done(); look(); }})"
        steps = {
            "the first search": f"{box}.value = 'u77777@'; {box}.dispatchEvent(new Event('input')); {wait}",
            "a search": f"{box}.value = 'u7777'; {box}.dispatchEvent(new Event('input')); {wait}",
            "the end of it": f"document.querySelector('{TABLE} .controls button').click()",
            "a sort": f"document.querySelectorAll('{TABLE} thead button')[1].click()",
            "a filter": f"const it = document.getElementById('rows-filter-1'); it.value = 'metadata_invalid'; it.dispatchEvent(new Event('change'))",
            "the last page": f"document.querySelector('{TABLE} .pager button:nth-of-type(4)').click()",
        }  # fmt: skip
        for name, step in steps.items():
            with self.subTest(name):
                self.assertLess(page.timed(step), MOST_MILLISECONDS)
        self.assertEqual(page.evaluate(HITS), "33,333 of 100,000 rows match.")
        self.assert_quiet(page)

    def test_it_keeps_nobody_out(self):
        self.assert_accessible(self.open(self.page_with_100000()))


class Hostile(Pages):
    def test_hostile_values_are_nothing_but_text(self):
        rows = [f"{quoted(it)},{quoted(it)},yes,{quoted(it)},,acme,Acme\n" for it in HOSTILE]
        rows.append(f"long@example.com,A,yes,{'x' * (1 << 20)},,acme,Acme\n")
        page = self.open(self.page_of("hostile", HEADER + "".join(rows)))
        self.assertEqual(page.evaluate(HITS), f"{len(HOSTILE) + 1} rows.")
        self.assertIn("rehome", page.evaluate("document.title"))
        self.assertEqual(page.evaluate("document.scripts.length"), 2)
        self.assertEqual(page.evaluate("document.images.length"), 0)
        users = page.evaluate(COLUMN.format(1))
        self.assertEqual(users[0], HOSTILE[0])
        self.assertEqual(users[7:10], ["\\x1b[2Jgone", "\\u202egpj.exe", "\\u200bx"])
        cut = page.evaluate(f"document.querySelector('{TABLE} tbody').textContent")
        self.assertIn("[cut; the row files have the whole]", cut)
        self.assertLess(len(cut), 30000)
        self.assert_quiet(page)


if __name__ == "__main__":
    unittest.main()
