package slipway.rules.template_test

import data.slipway.rules.template

judged(name, kind) := {"app": {"template": name, "capabilities": [{"kind": kind}]}, "shelf": ["survey@1.0.0"]}

decisions(document) := {finding.decision | some finding in template.finding with input as document}

test_the_shelf_is_allowed if {
	decisions(judged("survey@1.0.0", "store")) == {"allow"}
}

test_an_unknown_template_is_denied if {
	decisions(judged("miner@6.6.6", "store")) == {"deny"}
}

test_an_unknown_capability_is_denied if {
	"deny" in decisions(judged("survey@1.0.0", "shell"))
}
