"""The pack as a sealed thing: bag, manifests, row trees, signatures and verification."""
