"""Makes Cargo build what has changed, and only that, in the target folder that all clones share.

Cargo tells a changed file by its time alone and takes a file of one clone for that of another: in a fresh clone it builds everything, and in an
older one nothing. So the contents and times that the target folder was last built from are kept in it. In the same place, an unchanged file gets
the time back that it had then; in another place, every file is new.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys


def main(target):
    record = pathlib.Path(target, "source-times.json")
    before = json.loads(record.read_text()) if record.exists() else {"place": None, "files": {}}
    known = before["files"] if before["place"] == os.getcwd() else None
    files = {str(file): timed(file, known) for file in tracked()}
    record.parent.mkdir(parents=True, exist_ok=True)
    unfinished = record.with_suffix(".unfinished")
    unfinished.write_text(json.dumps({"place": os.getcwd(), "files": files}))
    unfinished.replace(record)


def tracked():
    """The files that git knows or would take; links have no time of their own, and deleted files none at all."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True)
    if listed.returncode != 0:
        sys.exit(f"The commands of make need a git checkout that git trusts: clone the repository. git says: {listed.stderr.strip()}")
    paths = [pathlib.Path(name) for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def timed(file, known):
    """The file's content and time: its former time where the content is the former one, else now."""
    content = hashlib.sha256(file.read_bytes()).hexdigest()
    former = known and known.get(str(file))
    if former and former[0] == content:
        os.utime(file, ns=(former[1], former[1]))
    else:
        os.utime(file)
    return content, file.stat().st_mtime_ns


main(sys.argv[1])
