"""Every page fits a phone, and can be read in the light and in the dark."""

from typing import Final, Literal

import pytest

from packages.backbeat.tests.support.dashboard import Stage
from packages.backbeat.tests.support.dashboard_pages import furnished, pages_of

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]

PHONE: Final = 390
# Of WCAG, for text of any size.
LEAST_CONTRAST: Final = 4.5

# The words whose contrast to what lies behind them is the least, and that contrast.
_CONTRAST: Final = """() => {
    const parts = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map(v => v / 255).map(
            v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = element => {
        for (let e = element; e; e = e.parentElement) {
            const c = parts(getComputedStyle(e).backgroundColor);
            if (c.length < 4 || c[3] === 1) return c;
        }
        return [255, 255, 255];
    };
    let least = [21, ""];
    for (const e of document.querySelectorAll("h1, h2, td, th, .page a, .page p")) {
        if (!e.innerText || !e.offsetParent) continue;
        const [a, b] = [light(parts(getComputedStyle(e).color)), light(behind(e))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < least[0]) least = [contrast, e.innerText.slice(0, 60)];
    }
    return least;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_fits_a_phone_and_can_be_read(
    stage: Stage, scheme: Literal["light", "dark"]
) -> None:
    queue = await furnished(stage)
    async with stage.visitor("admin", width=PHONE, height=780) as visitor:
        await visitor.page.emulate_media(color_scheme=scheme)
        for path in [*await pages_of(stage, queue), "/audit", "/keys"]:
            await visitor.go(path)
            wide = await visitor.page.evaluate("document.scrollingElement.scrollWidth")
            assert wide <= PHONE, (path, wide)
            contrast, words = await visitor.page.evaluate(_CONTRAST)
            assert contrast >= LEAST_CONTRAST, (path, words, contrast)
        behind = await visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(float, behind[4:-1].split(",")[:3])) > 3 * 128) is (scheme == "light")
    assert visitor.complaints == []
