// Counts down to `end` from `now`, both of the server's clock in ms. What has passed since is taken
// from a clock that only rises and that nobody sets; the time of day of this machine is not asked.
class CountDown extends HTMLElement {
  static observedAttributes = ["end", "now", "over"];

  connectedCallback() {
    this.ticking = setInterval(() => this.show(), 200);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.ticking);
  }

  attributeChangedCallback(name) {
    if (name === "now") this.heardAt = performance.now();
    this.show();
  }

  show() {
    const left = this.getAttribute("end") - this.getAttribute("now") - (performance.now() - (this.heardAt ?? 0));
    if (this.heardAt === undefined || !Number.isFinite(left)) return;
    const words = left > 0 ? inWords(Math.ceil(left / 1000)) : this.getAttribute("over");
    if (this.textContent !== words) this.textContent = words;
    this.classList.toggle("soon", left > 0 && left <= 60_000);
  }
}

function inWords(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3_600) % 24;
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (days > 0) return `${days} d ${two(hours)}:${clock}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

customElements.define("count-down", CountDown);
