{{ canonical('shipments') }}
