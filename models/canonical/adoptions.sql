{{ canonical('adoptions') }}
