{{ canonical('quality_records') }}
