"""Questions asked of lots: trace, recall, balance, indicators and exceptions."""
