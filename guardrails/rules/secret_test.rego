package slipway.rules.secret_test

import data.slipway.rules.secret

wants(secrets, capabilities) := {"app": {"secrets": secrets, "capabilities": capabilities}}

test_a_secret_for_nobody_is_denied if {
	some finding in secret.finding with input as wants(["crm"], [{"kind": "store", "tables": {}}])
	finding.decision == "deny"
}

test_hosts_that_are_none_are_nobody if {
	count(secret.finding) == 1 with input as wants(["crm"], [{"kind": "egress", "hosts": []}])
}

test_a_secret_for_a_host_is_fine if {
	count(secret.finding) == 0 with input as wants(["crm"], [{"kind": "egress", "hosts": ["api.example.com"]}])
}

test_no_secret_no_finding if {
	count(secret.finding) == 0 with input as wants([], [])
}
