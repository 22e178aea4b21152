{{ canonical('containment', unit_of='content_id') }}
