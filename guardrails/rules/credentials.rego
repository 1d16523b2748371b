# METADATA
# title: No app keeps passwords
# description: Whoever opens a form for passwords reads them all. They belong into a password manager, and to nobody else.
# custom:
#   owner: platform
package slipway.rules.credentials

finding contains {
	"rule": "credentials",
	"decision": "deny",
	"field": "app.fields",
	"why": sprintf("The app would keep what people enter as “%v”.", [replace(name, "_", " ")]),
	"fix": "Leave that out: passwords and PINs belong into the company's password manager.",
	"owner": "platform",
} if {
	some capability in input.app.capabilities
	some table in capability.tables
	some name, type in table.fields
	type in {"text", "long_text", "number"}
	secret(trim_right(name, "_0123456789"))
}

secret(name) if {
	some ending in {
		"password", "passwords", "passwort", "passworter", "passwoerter", "kennwort", "kennworter", "kennwoerter",
		"passphrase", "passphrases", "passcode", "passcodes", "login_data", "zugangsdaten", "anmeldedaten",
	}
	endswith(name, ending)
	not about(name)
}

secret(name) if name in {"passwort_neu", "passwort_alt", "pin_code", "pin_number", "pin_nummer", "puk", "cvv", "cvc"}

# What happened to a password is no password: "forgot password" on a helpdesk's list.
about(name) if {
	some beginning in {"forgot_", "forgotten_", "lost_", "reset_", "expired_", "changed_"}
	startswith(name, beginning)
}
