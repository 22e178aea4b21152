{{ canonical('postings') }}
