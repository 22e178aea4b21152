"""Extracts become landing rows: readers, mappings, quarantine and coverage."""
