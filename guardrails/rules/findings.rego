# METADATA
# title: All findings
# description: Collects what every rule under data.slipway.rules found.
package slipway

findings contains finding if {
	some rule
	some finding in data.slipway.rules[rule].finding
}
