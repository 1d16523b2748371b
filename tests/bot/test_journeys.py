from tests.bot.house import House

def test_one(house: House) -> None:
    thread = house.ask("a lunch survey for ops, three questions, keep it two weeks")
    print(house.card(thread))
    page = house.answer(house.ana, house.preview(thread), q1="4", q2="4", q3="more of it")
    assert page.status_code == 200
    print(house.press(thread, "slipway.publish"))
    print(house.live(thread))
    print(house.actions())

def test_two(house: House) -> None:
    thread = house.ask("a lunch survey for ops, three questions, keep it two weeks")
    thread = house.say(f"<@{house.harbor.config.bot_user}> a lunch survey for ops, three questions, keep it two weeks")
    print(house.card(thread))
    print(house.posted()[:100])
    print(len(house.dump()))
