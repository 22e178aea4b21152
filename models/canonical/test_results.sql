{{ canonical('test_results', happens=true, supplied='lot_id') }}
