package slipway.rules.mail_test

import data.slipway.rules.mail

asks := {"app": {"capabilities": [{"kind": "mail", "domains": ["example.com", "example.org"]}]}, "grants": []}

test_each_domain_without_a_grant_needs_approval if {
	count(mail.finding) == 2 with input as asks
	some finding in mail.finding with input as asks
	finding.decision == "needs_approval"
}

test_a_granted_domain_is_fine if {
	granted := object.union(asks, {"grants": ["mail:example.com"]})
	found := mail.finding with input as granted
	count(found) == 1
	every finding in found {
		finding.why == "The app wants to send mail to addresses at example.org."
	}
}

test_a_grant_for_calls_is_none_for_mail if {
	granted := object.union(asks, {"grants": ["egress:example.com", "egress:example.org"]})
	count(mail.finding) == 2 with input as granted
}

test_no_wish_no_finding if {
	count(mail.finding) == 0 with input as {"app": {"capabilities": []}, "grants": []}
}
