"""Words about rules that do not decide, or not yet, or not here; and for whoever cannot get past one."""

WARNED = ":warning: *Allowed for now; these rules will stop it one day:*"


def spared(why: str, until: str, reason: str, owner: str) -> str:
    """What an exception spares an app. All parts are mrkdwn."""
    return f"_Excepted until {until}:_ {why} “{reason}” _{owner} answers for it._"


def excepted(rule: str, until: str, owner: str, reason: str) -> str:
    """That an exception holds from now on."""
    again = "Press *Publish*, or *Change answers* and build it again."
    return (
        f":hourglass: The rule `{rule}` does not count here until *{until}*: “{reason}” {owner} answers for it. {again}"
    )


def exception_over(rule: str) -> str:
    """That it holds no more."""
    stays = "What is live stays; the next change is judged by it."
    return f":hourglass: The exception from the rule `{rule}` is over. {stays}"


def pleads(group: str, asker: str, rule: str, why: str, request: str) -> str:
    """To the platform team, about what the asker cannot change. `group` and `asker` are marks, the rest is mrkdwn."""
    return f"{group}: <@{asker}> cannot get past the rule `{rule}`. {why} _Request `{request}`._"
