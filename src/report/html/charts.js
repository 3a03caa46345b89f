// Charts as SVG. Each has a sentence and a table beside it that say the same in words, and a cursor
// that pointer and arrow keys move.

const svgName = "http://www.w3.org/2000/svg";
function shape(name, attributes, ...children) {
  const made = document.createElementNS(svgName, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const clockText = (ms) => new Date(ms).toISOString().slice(11, 19);
const dayText = (ms) => new Date(ms).toISOString().slice(0, 10);
function lasting(ms) {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / 60000);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
const rate = (number) => (number >= 99.95 ? grouped.format(Math.round(number)) : number.toFixed(1));

// The latency that `share` of the answers kept, in milliseconds. A class reaches from a half of an
// octave below its bound.
function quantile(latency, share) {
  const all = latency.reduce((sum, [, number]) => sum + number, 0);
  let below = 0;
  for (const [bound, number] of latency) {
    if (below + number >= share * all) {
      const low = bound <= 250 ? 0 : bound / Math.SQRT2;
      return (low + (bound - low) * (share * all - below) / number) / 1000;
    }
    below += number;
  }
  return 0;
}

function addLatency(into, latency) {
  for (const [bound, number] of latency) into.set(bound, (into.get(bound) || 0) + number);
}

// The buckets in a row, empty ones where nothing happened for a short while, `null` for a break.
function slotsOf(timeline) {
  const width = timeline.width_ms;
  const slots = [];
  let expected = null;
  for (const bucket of timeline.buckets) {
    if (expected !== null && bucket.start_ms - expected > Math.max(5 * width, 60000)) {
      slots.push({ pause: bucket.start_ms - expected });
      expected = bucket.start_ms;
    }
    for (; expected !== null && expected < bucket.start_ms; expected += width) {
      slots.push({ start_ms: expected, latency: [] });
    }
    slots.push(bucket);
    expected = bucket.start_ms + width;
  }
  return slots;
}

class Chart {
  // `top`: the value at the upper edge; `y(value)`: its share of the height, linear when left out.
  // A dot of the chart is one of the page that is `room` wide.
  constructor(slots, width_ms, room, options) {
    this.slots = slots;
    this.width_ms = width_ms;
    this.options = options;
    this.box = { left: 56, right: 12, top: 14, bottom: 26, width: room, height: options.height || 220 };
    const across = this.box.width - this.box.left - this.box.right;
    const breaks = slots.filter((slot) => slot.pause).length;
    this.step = (across - 14 * breaks) / Math.max(1, slots.length - breaks);
    let x = this.box.left;
    this.at = slots.map((slot) => { const here = x; x += slot.pause ? 14 : this.step; return here; });
    this.readout = element("p", { class: "readout", "aria-live": "polite" }, options.hint);
    this.cursor = shape("line", { class: "cursor", y1: this.box.top, y2: this.box.height - this.box.bottom, visibility: "hidden" });
    this.svg = shape("svg", {
      class: "chart", viewBox: `0 0 ${this.box.width} ${this.box.height}`, tabindex: "0",
      role: "img", "aria-label": `${options.title}. ${options.sentence}`,
    });
    this.drawAxes();
    this.drawBreaks();
    options.draw(this);
    this.svg.append(this.cursor);
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.place = -1;
  }

  y(value) {
    const share = this.options.y ? this.options.y(value) : value / this.options.top;
    const room = this.box.height - this.box.top - this.box.bottom;
    return this.box.top + room * (1 - Math.min(1, Math.max(0, share)));
  }

  drawAxes() {
    const { left, right, width, height, bottom } = this.box;
    for (const [value, text] of this.options.ticks) {
      const y = this.y(value);
      this.svg.append(shape("line", { class: "grid", x1: left, x2: width - right, y1: y, y2: y }),
        shape("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, text));
    }
    this.svg.append(shape("line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }));
    const days = new Set(this.slots.filter((slot) => !slot.pause).map((slot) => dayText(slot.start_ms)));
    let free = 0;
    for (const [index, slot] of this.slots.entries()) {
      if (slot.pause || this.at[index] < free || this.at[index] > width - right - 60) continue;
      const text = days.size > 1 ? `${dayText(slot.start_ms).slice(5)} ${clockText(slot.start_ms).slice(0, 5)}` : clockText(slot.start_ms);
      this.svg.append(shape("text", { x: this.at[index], y: height - 8 }, text));
      free = this.at[index] + 150;
    }
  }

  drawBreaks() {
    for (const [index, slot] of this.slots.entries()) {
      if (!slot.pause) continue;
      const x = this.at[index] + 7;
      this.svg.append(shape("line", { class: "break", x1: x, x2: x, y1: this.box.top, y2: this.box.height - this.box.bottom },
        shape("title", {}, `Nothing was sent for ${lasting(slot.pause)}`)));
    }
  }

  bars(name, low, high) {
    const path = [];
    for (const [index, slot] of this.slots.entries()) {
      if (slot.pause || high(slot) <= low(slot)) continue;
      const gap = this.step > 4 ? 1 : 0;
      path.push(`M${this.at[index].toFixed(2)} ${this.y(low(slot)).toFixed(2)}V${this.y(high(slot)).toFixed(2)}` +
        `h${(this.step - gap).toFixed(2)}V${this.y(low(slot)).toFixed(2)}z`);
    }
    this.svg.append(shape("path", { class: name, d: path.join("") }));
  }

  // A line in steps, so that a single bucket shows as well.
  line(name, value) {
    let path = "";
    let open = false;
    for (const [index, slot] of this.slots.entries()) {
      const here = slot.pause ? null : value(slot);
      if (here === null) { open = false; continue; }
      path += `${open ? "L" : "M"}${this.at[index].toFixed(2)} ${this.y(here).toFixed(2)}h${this.step.toFixed(2)}`;
      open = true;
    }
    this.svg.append(shape("path", { class: name, d: path }));
  }

  move(place) {
    if (place < 0 || place >= this.slots.length) return;
    this.place = place;
    const x = this.at[place] + (this.slots[place].pause ? 7 : this.step / 2);
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    this.cursor.setAttribute("visibility", "visible");
    const slot = this.slots[place];
    this.readout.textContent = slot.pause ? `Nothing was sent for ${lasting(slot.pause)}.`
      : `${dayText(slot.start_ms)} ${clockText(slot.start_ms)} UTC, ${lasting(this.width_ms)}: ${this.options.tell(slot)}`;
  }

  point(event) {
    const bounds = this.svg.getBoundingClientRect();
    const x = (event.clientX - bounds.left) * this.box.width / bounds.width;
    let place = this.at.findIndex((left, index) => x < left + (this.slots[index].pause ? 14 : this.step));
    if (place < 0) place = this.slots.length - 1;
    if (place !== this.place) this.move(place);
  }

  key(event) {
    const steps = { ArrowLeft: this.place - 1, ArrowRight: this.place + 1, Home: 0, End: this.slots.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.move(Math.min(Math.max(steps[event.key], 0), this.slots.length - 1));
  }

  // With its words, its key and its figures.
  figure() {
    const { title, sentence, key, columns } = this.options;
    const details = element("details", {}, element("summary", {}, `${title}: figures as a table`));
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(this.figures(columns));
    });
    return element("figure", {}, element("figcaption", {}, element("h3", {}, title), element("p", {}, sentence)),
      this.svg, element("ul", { class: "legend", "aria-hidden": "true" }, ...key.map(([sign, text]) => element("li", {}, sign, text))),
      this.readout, details);
  }

  figures(columns) {
    const head = ["Time (UTC)", ...columns.map((column) => column[0])];
    return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": this.options.title },
      element("table", {},
        element("thead", {}, element("tr", {}, ...head.map((text, index) => element("th", { scope: "col", class: index > 0 ? "number" : undefined }, text)))),
        element("tbody", {}, ...this.slots.filter((slot) => !slot.pause).map((slot) => element("tr", {},
          element("th", { scope: "row" }, `${dayText(slot.start_ms)} ${clockText(slot.start_ms)}`),
          ...columns.map((column) => element("td", { class: "number" }, column[1](slot))))))));
  }
}

// A sample of how something is drawn.
function sign(...parts) {
  const made = shape("svg", { class: "key", viewBox: "0 0 18 12", "aria-hidden": "true" });
  made.append(...parts);
  return made;
}
const blockSign = (name) => sign(shape("rect", { class: name, width: 18, height: 12, rx: 2 }));
const lineSign = (name) => sign(shape("path", { class: name, d: "M0 6h18" }));

// Round values from zero up to at least `most`, at most five steps.
function ticksTo(most) {
  const scale = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  const step = [0.2, 0.5, 1, 2].map((factor) => factor * scale).find((each) => most / each <= 5) || 2 * scale;
  const ticks = [];
  for (let value = 0; ticks.length === 0 || ticks[ticks.length - 1] < most; value += step) ticks.push(value);
  return ticks;
}
