{{ canonical('coverage') }}
