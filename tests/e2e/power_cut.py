"""What a disk holds after the power was cut: the log of the shim (SHIM_LOG), played back.

What was synced is there. Of everything else any part may be: of the bytes that were written to a
file and not synced any sectors, in any order, whole pages torn; a truncation or not; of the names
that were made, changed or removed in a directory that was not synced any. A file whose name is gone is
gone, however well its bytes were synced.
"""

import os
import shutil
import struct
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
HEAD = struct.Struct("<cQQIII")


@dataclass
class Entry:
    """A change of the disk, see disk_log.h."""

    change: str
    inode: int
    number: int
    path: str
    to: str
    bytes: bytes


def read_log(path):
    """The entries of a log, in the order in which they were done."""
    data = memoryview(path.read_bytes()) if path.exists() else memoryview(b"")
    entries = []
    at = 0
    while at + HEAD.size <= len(data):
        change, inode, number, *sizes = HEAD.unpack_from(data, at)
        at += HEAD.size
        parts = []
        for size in sizes:
            parts.append(bytes(data[at : at + size]))
            at += size
        entries.append(
            Entry(change.decode(), inode, number, parts[0].decode(), parts[1].decode(), parts[2])
        )
    return entries


def syncs(entries, role):
    """Which entries, from 1, sync the file that then has this name; the log begins with nothing."""
    found = []
    disk = Disk("", lambda entry, name: name == role and found.append(number))
    for number, entry in enumerate(entries, 1):
        disk.play([entry])
    return found


@dataclass
class File:
    """What is surely on the disk, and what was done since."""

    durable: bytes = b""
    pending: list = field(default_factory=list)  # (offset, bytes) or (size, None)


class Disk:
    """The tree below one directory. `base` is there to begin with, all of it durable; entries that
    `lies` says so of are not done by the disk although it says they are."""

    def __init__(self, base, lies=lambda entry, role: False):
        self.base = str(base)
        self.lies = lies
        self.files = {}  # inode -> File
        self.directories = {}  # inode -> path, of which the entry may be lost too
        self.names = {}  # path -> inode, as the process sees it
        self.durable_names = {}  # the same, as is surely on the disk
        self.pending_names = {}  # directory -> list of (path, inode or None)-tuples, each atomic
        self._load()

    def _load(self):
        for directory, _, files in os.walk(self.base):
            inode = os.stat(directory).st_ino
            self.directories[inode] = directory
            self.durable_names[directory] = inode
            for name in files:
                path = os.path.join(directory, name)
                inode = os.stat(path).st_ino
                self.files[inode] = File(Path(path).read_bytes())
                self.durable_names[path] = inode
        self.names = dict(self.durable_names)

    def play(self, entries):
        for entry in entries:
            getattr(self, f"_on_{entry.change}")(entry)

    def _on_C(self, entry):
        self.files[entry.inode] = File()
        self._name((entry.path, entry.inode))

    def _on_M(self, entry):
        self.directories[entry.inode] = entry.path
        self._name((entry.path, entry.inode))

    def _on_R(self, entry):
        self._name((entry.to, self.names.get(entry.path)), (entry.path, None))

    def _on_U(self, entry):
        self._name((entry.path, None))

    _on_X = _on_U

    def _on_W(self, entry):
        if entry.inode in self.files:
            self.files[entry.inode].pending.append((entry.number, entry.bytes))

    def _on_T(self, entry):
        if entry.inode in self.files:
            self.files[entry.inode].pending.append((entry.number, None))

    def _on_S(self, entry):
        role = next((path for path, inode in self.names.items() if inode == entry.inode), "")
        if self.lies(entry, os.path.basename(role)):
            return
        if entry.inode in self.directories:
            for change in self.pending_names.pop(self.directories[entry.inode], []):
                self._set(self.durable_names, change)
        elif entry.inode in self.files:
            file = self.files[entry.inode]
            file.durable = applied(file.durable, file.pending)
            file.pending = []

    def _on_N(self, entry):
        """Bytes that left change no disk."""

    def _name(self, *change):
        directory = os.path.dirname(change[0][0])
        self.pending_names.setdefault(directory, []).append(change)
        self._set(self.names, change)

    @staticmethod
    def _set(names, change):
        for path, inode in change:
            if inode is None:
                names.pop(path, None)
            else:
                names[path] = inode

    def write_to(self, target, series):
        """Builds what is left of the tree as a new directory."""
        names = dict(self.durable_names)
        for changes in self.pending_names.values():
            for change in some_changes(changes, series):
                self._set(names, change)
        Path(target).mkdir(parents=True, exist_ok=True)
        kept = {self.base}
        for path, inode in sorted(names.items()):
            if os.path.dirname(path) not in kept and path != self.base:
                continue  # in a directory that is not there
            place = Path(target) / os.path.relpath(path, self.base)
            if inode in self.directories:
                kept.add(path)
                place.mkdir(mode=0o700, exist_ok=True)
            elif inode in self.files:
                file = self.files[inode]
                place.write_bytes(applied(file.durable, some_writes(file.pending, series)))


def applied(content, writes):
    """`content` after these writes and truncations."""
    content = bytearray(content)
    for offset, data in writes:
        if data is None:
            content[offset:] = bytes(max(0, offset - len(content)))
            continue
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data
    return bytes(content)


def some_changes(changes, series):
    """Which names' changes the disk had done: some first ones, as with a journal of its own, or any."""
    if series.random() < 0.5:
        return changes[: series.randint(0, len(changes))]
    return [change for change in changes if series.random() < 0.5]


def some_writes(writes, series):
    """Which writes the disk had done: none, all, the first ones, or any of their sectors."""
    share = series.choice((0, 0.2, 0.5, 0.9, 1))
    if series.random() < 0.3:
        writes = writes[: series.randint(0, len(writes))]
        share = 1
    done = []
    for offset, data in writes:
        if data is None:
            if series.random() < share:
                done.append((offset, None))
            continue
        at = 0
        while at < len(data):
            # Up to the next border of a sector on the disk.
            end = min(len(data), at + SECTOR - (offset + at) % SECTOR)
            if series.random() < share:
                done.append((offset + at, data[at:end]))
            at = end
    return done


def replace_tree(directory, built):
    """Puts the built tree in the place of `directory`."""
    shutil.rmtree(directory, ignore_errors=True)
    if Path(built).exists():
        shutil.move(built, directory)
