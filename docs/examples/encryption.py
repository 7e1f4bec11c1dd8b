"""A queue whose jobs can be read by those who have its keys alone, and a key that is exchanged."""

import asyncio

from backbeat import Backbeat, Keyring, Worker

first, second = Keyring.new_key(), Keyring.new_key()


def application(keys: str) -> Backbeat:
    # Outside of an example: Keyring.parse(os.environ["PATIENT_KEYS"])
    app = Backbeat(keyring=Keyring.parse(keys))
    patients = app.queue("patients", encrypted=True)

    @patients.job()
    async def send_report(patient: str, finding: str) -> str:
        return f"told {patient}"

    return app


async def main() -> None:
    app = application(f"2026-05:{first}")
    report = await app.queue("patients").add("send_report", {"patient": "ann", "finding": "fit"})
    stored = await report.info()
    print("stored:", stored.arguments[:13] + "...")
    print("with the key:", app.queue("patients").decrypt(stored).arguments)
    await app.close()

    # The new key comes first and encrypts; the old one stays for what is there.
    app = application(f"2026-11:{second},2026-05:{first}")
    async with app, Worker(app):
        print("the old job:", await app.queue("patients").handle(report.id).result(timeout=10))
        newer = await app.queue("patients").add("send_report", {"patient": "bob", "finding": "fit"})
        print("the new one:", (await newer.info()).arguments[:13] + "...")


if __name__ == "__main__":
    asyncio.run(main())
