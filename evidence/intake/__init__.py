"""What was taken in, looked at as a whole: exceptions, systems against each other, drift.

Reads landing only, so that it answers right after an ingest; what the rows mean for the law is
left to the build.
"""
