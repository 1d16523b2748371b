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
	secret(name)
}

secret(name) if {
	some ending in {"password", "passwort", "kennwort", "passphrase", "passcode"}
	endswith(name, ending)
}

secret(name) if name in {"pin", "pin_code", "pin_number", "pin_nummer", "tan", "puk", "cvv", "cvc"}
