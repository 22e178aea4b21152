"""dbt and the engines it runs on; the only place that knows where tables live."""
