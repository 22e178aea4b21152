{{ canonical('identifiers') }}
