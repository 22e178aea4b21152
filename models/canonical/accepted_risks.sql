{{ canonical('accepted_risks') }}
