{{ canonical('documents') }}
