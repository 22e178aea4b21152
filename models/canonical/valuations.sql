{{ canonical('valuations') }}
