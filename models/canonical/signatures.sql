{{ canonical('signatures') }}
