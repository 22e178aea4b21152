"""The example company: six plants, their extracts and the faults planted in them."""
