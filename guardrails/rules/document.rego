# METADATA
# title: Only a whole document can be judged
# description: A rule that compares with something missing finds nothing. So whatever the rules read must be there.
# custom:
#   owner: platform
#   exceptions: false
package slipway.rules.document

finding contains {
	"rule": "document",
	"decision": "deny",
	"field": "document",
	"why": "Something that the policies must look at is missing or not what it should be.",
	"fix": "Ask the platform team: this is a fault of Slipway, not of your request.",
	"owner": "platform",
} if {
	not whole
}

whole if {
	app_whole
	every capability in input.app.capabilities {
		capability_whole(capability)
	}
	input.audience.kind in {"me", "channel", "group", "org", "public"}
	is_boolean(input.audience.widens)
	is_string(input.audience.label)
	is_array(input.audience.more)
	every one in input.audience.more {
		one.kind in {"channel", "group"}
	}
	input.stage in {"preview", "live"}
	is_array(input.shelf)
	is_array(input.grants)
	is_array(input.excess)
	every one in input.excess {
		is_string(one)
	}
	is_array(input.unknown)
	every one in input.unknown {
		is_string(one)
	}
	is_number(input.limits.ttl_days)
	is_number(input.limits.retention_days)
	is_boolean(input.limits.public)
}

app_whole if {
	is_string(input.app.template)
	is_number(input.app.retention_days)
	is_number(input.app.lifecycle.ttl_days)
	input.app.data_class in {"internal", "personal"}
	is_string(input.app.budget_tag)
	is_array(input.app.capabilities)
	is_array(input.app.policies)
	is_array(input.app.secrets)
	every name in input.app.policies {
		is_string(name)
	}
}

capability_whole(capability) if {
	is_string(capability.kind)
	not capability.kind in {"egress", "mail", "schedule", "store"}
}

capability_whole(capability) if {
	capability.kind == "store"
	is_object(capability.tables)
	every table in capability.tables {
		is_object(table.fields)
		every type in table.fields {
			is_string(type)
		}
	}
}

capability_whole(capability) if {
	capability.kind == "egress"
	is_array(capability.hosts)
	every host in capability.hosts {
		is_string(host)
	}
}

capability_whole(capability) if {
	capability.kind == "mail"
	is_array(capability.domains)
	every domain in capability.domains {
		is_string(domain)
	}
}

capability_whole(capability) if {
	capability.kind == "schedule"
	is_object(capability.times)
	every time in capability.times {
		is_string(time.every)
		is_string(time.at)
	}
}
