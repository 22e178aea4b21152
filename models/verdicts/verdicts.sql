{{ empty_table('verdicts') }}
