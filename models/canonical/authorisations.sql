{{ canonical('authorisations') }}
