{{ canonical('spec_limits') }}
