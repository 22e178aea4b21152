{{ canonical('lots') }}
