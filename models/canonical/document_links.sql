{{ canonical('document_links') }}
