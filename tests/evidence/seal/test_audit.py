"""The audit trail: a chain that shows every change."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from lotproof.evidence.seal import AuditEvent, audit

EVENTS = st.lists(
    st.builds(
        AuditEvent,
        at=st.just("2026-11-02T09:30:00Z"),
        actor=st.text(max_size=5),
        action=st.sampled_from(["compose", "sign"]),
        object=st.text(max_size=5),
    ),
    min_size=1,
    max_size=6,
)


@given(EVENTS)
def test_a_trail_is_read_as_it_was_written(events: list[AuditEvent]) -> None:
    assert audit.read(audit.extend(b"", events)) == (events, [])


@given(EVENTS, EVENTS)
def test_a_trail_written_in_two_goes_is_the_same(
    first: list[AuditEvent], second: list[AuditEvent]
) -> None:
    trail = audit.extend(audit.extend(b"", first), second)

    assert trail == audit.extend(b"", [*first, *second])


@given(EVENTS, st.data())
def test_no_line_can_be_taken_out_of_the_middle(
    events: list[AuditEvent], data: st.DataObject
) -> None:
    lines = audit.extend(b"", [*events, events[0]]).splitlines(keepends=True)
    gone = data.draw(st.integers(0, len(lines) - 2))
    _, faults = audit.read(b"".join(lines[:gone] + lines[gone + 1 :]))

    assert faults


def test_the_head_is_the_sha256_of_the_last_line_with_its_end() -> None:
    trail = audit.extend(b"", [AuditEvent("2026-11-02T09:30:00Z", "P-004", "sign", "a.pdf")] * 2)
    last = trail.splitlines(keepends=True)[-1]

    assert audit.head(trail) == hashlib.sha256(last).hexdigest()
    assert audit.head(b"") == audit.START
