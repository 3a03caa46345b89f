"""A process that slept while another went on with its run changes nothing and ends.

On one machine SQLite's own lock keeps a second process out of the journal, so the other process is
played by a trigger in the file: at one row it raises the number of the start, as opening does.
"""

import json
import sqlite3
import unittest

import faults


class Fence(faults.Case):
    def change_journal(self, sql):
        journal = sqlite3.connect(self.run_dir() / "journal.db")
        with journal:
            journal.execute(sql)
        journal.close()

    def late_answers(self):
        journal = sqlite3.connect(self.run_dir() / "journal.db")
        rows = journal.execute("SELECT json FROM event WHERE type = 'late_answer'").fetchall()
        journal.close()
        return [json.loads(row[0]) for row in rows]

    def test_a_run_that_another_process_continues_stops_and_is_resumable(self):
        self.sandbox(latency="5-40")
        file = self.entangled()
        first = self.rehome("import", file, "--yes", "--rows", "1-8")
        self.assertEqual(first.code, 0, first.stderr)
        self.change_journal(
            "CREATE TRIGGER other AFTER INSERT ON outcome WHEN new.row = 12 BEGIN"
            " UPDATE meta SET value = value + 1 WHERE name = 'epoch'; END"
        )
        fenced = self.rehome("resume")
        self.assertEqual(fenced.code, 3, fenced.stderr)
        self.assertIn(
            "another process continues this run (it is its start number 3, this one was number 2), "
            "so this one sends nothing more; `rehome status` shows how the run goes on",
            fenced.stderr,
        )
        # What the run directory says is the other process's to say.
        facts = json.loads((self.run_dir() / "run.json").read_text())
        self.assertEqual(facts["state"], "running")
        late = self.late_answers()
        self.assertTrue(late)
        self.assertTrue(all(answer["epoch"] == 2 for answer in late), late)
        self.change_journal("DROP TRIGGER other")

        resumed = self.rehome("resume")
        self.assertEqual(resumed.code, 0, resumed.stderr)
        self.assert_nothing_failed()
        self.assert_whole()


if __name__ == "__main__":
    unittest.main()
