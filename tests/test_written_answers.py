"""An answer goes into a file as a whole, and never takes the place of a device or a link."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from lotproof.commands.options import write


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told: list[str] = []
    reader = threading.Thread(target=lambda: told.append(pipe.read_text()))
    reader.start()
    write("answer\n", pipe)
    reader.join(timeout=10)

    assert told == ["answer\n"]
    assert pipe.is_fifo()


def test_a_link_stays_and_the_file_it_names_is_written(tmp_path: Path) -> None:
    link, named = tmp_path / "link", tmp_path / "named.txt"
    named.write_text("old")
    link.symlink_to(named)
    write("new", link)

    assert link.is_symlink()
    assert named.read_text() == "new"
    assert not list(tmp_path.glob(".*"))
