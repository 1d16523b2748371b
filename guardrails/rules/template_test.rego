package slipway.rules.template_test

import data.slipway.rules.template

made_from(name) := {"app": {"template": name}, "shelf": ["survey@1.0.0"], "excess": []}

decisions(document) := {finding.decision | some finding in template.finding with input as document}

test_the_shelf_is_allowed if {
	decisions(made_from("survey@1.0.0")) == {"allow"}
}

test_more_than_the_template_is_denied if {
	decisions(object.union(made_from("survey@1.0.0"), {"excess": ["mail: the template has no such capability"]})) == {"deny"}
}

test_an_unknown_template_is_denied if {
	decisions(made_from("miner@6.6.6")) == {"deny"}
}
