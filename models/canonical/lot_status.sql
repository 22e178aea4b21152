{{ canonical('lot_status', happens=true) }}
