{{ canonical('lot_links', happens=true, unit_of='parent_lot_id', delivered=true) }}
