"""The contract of an application, and the client module that is made from it."""

from backbeat import Backbeat
from backbeat.app import contract, stub_module

app = Backbeat()
invoices = app.queue("invoices")


@invoices.job()
async def send(customer: str, cents: int, *, urgent: bool = False) -> str:
    """Send an invoice; gives its number."""
    return f"{customer}-{cents}-{urgent}"


def main() -> None:
    document = contract(app, title="Shop", version="1.2.0")
    for queue, channel in document["channels"].items():
        for job, message in channel["messages"].items():
            print(f"{queue}/{job}: {message['summary']}")
    print()
    print(stub_module(document), end="")


if __name__ == "__main__":
    main()
