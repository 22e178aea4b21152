{{ canonical('counts', happens=true, unit_of='material_id') }}
