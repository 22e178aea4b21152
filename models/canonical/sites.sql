{{ canonical('sites') }}
