{{ canonical('specifications') }}
