{{ canonical('people') }}
