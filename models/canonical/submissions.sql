{{ canonical('submissions') }}
