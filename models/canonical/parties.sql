{{ canonical('parties') }}
