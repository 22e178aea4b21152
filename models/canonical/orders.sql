{{ canonical('orders') }}
