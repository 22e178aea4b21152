{{ canonical('test_results', happens=true) }}
