{{ canonical('materials') }}
