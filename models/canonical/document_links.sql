{{ canonical('document_links', supplied='subject_id') }}
