{{ empty_table('requirements') }}
