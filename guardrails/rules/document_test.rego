package slipway.rules.document_test

import data.slipway.rules.document

good := {
	"app": {
		"template": "survey@1.0.0",
		"retention_days": 90,
		"lifecycle": {"ttl_days": 30},
		"data_class": "internal",
		"budget_tag": "unassigned",
		"capabilities": [
			{"kind": "notify"},
			{"kind": "egress", "hosts": ["api.example.com"]},
			{"kind": "store", "tables": {"answers": {"fields": {"text": "text"}}}},
			{"kind": "mail", "domains": ["example.com"]},
			{"kind": "schedule", "times": {"weekly": {"every": "monday", "at": "09:00"}}},
		],
		"policies": ["sandbox/deny-external-egress"],
		"secrets": [],
	},
	"audience": {"kind": "channel", "widens": false, "label": "#ops", "more": []},
	"stage": "live",
	"shelf": ["survey@1.0.0"],
	"grants": [],
	"excess": [],
	"unknown": [],
	"limits": {"ttl_days": 180, "retention_days": 365, "public": false},
}

test_a_whole_document_is_fine if {
	count(document.finding) == 0 with input as good
}

test_an_empty_document_is_denied if {
	some finding in document.finding with input as {}
	finding.decision == "deny"
}

test_a_missing_part_is_denied if {
	every path in ["app/retention_days", "app/data_class", "app/secrets", "audience/widens", "audience/more", "stage", "grants", "excess", "unknown", "limits/public"] {
		count(document.finding) == 1 with input as json.remove(good, [path])
	}
}

test_hosts_must_be_a_list if {
	broken := json.patch(good, [{"op": "replace", "path": "/app/capabilities/1/hosts", "value": "api.example.com"}])
	count(document.finding) == 1 with input as broken
}

test_domains_must_be_a_list if {
	broken := json.patch(good, [{"op": "replace", "path": "/app/capabilities/3/domains", "value": "example.com"}])
	count(document.finding) == 1 with input as broken
}

test_times_must_have_a_day_and_an_hour if {
	every path in ["app/capabilities/4/times", "app/capabilities/4/times/weekly/every", "app/capabilities/4/times/weekly/at"] {
		count(document.finding) == 1 with input as json.remove(good, [path])
	}
}

test_fields_must_have_types if {
	broken := json.patch(good, [{"op": "replace", "path": "/app/capabilities/2/tables/answers/fields", "value": "text"}])
	count(document.finding) == 1 with input as broken
}
