{{ canonical('attestations') }}
