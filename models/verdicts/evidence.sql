{{ empty_table('evidence') }}
