{{ canonical('events', happens=true, unit_of='lot_id') }}
