const report = JSON.parse(document.getElementById("data").textContent);

function rateChart(timeline, slots, room) {
  const seconds = timeline.width_ms / 1000;
  const limit = timeline.limits.user_writes_per_10s / 10;
  const writes = (slot) => (slot.writes || 0) / seconds;
  const reads = (slot) => (slot.reads || 0) / seconds;
  const shown = slots.filter((slot) => !slot.pause);
  const most = Math.max(limit, ...shown.map((slot) => Math.max(writes(slot), reads(slot))));
  const ticks = ticksTo(most);
  const busy = shown.filter((slot) => slot.writes > 0);
  const mean = busy.length === 0 ? 0 : busy.reduce((sum, slot) => sum + writes(slot), 0) / busy.length;
  const against = limit > 0 ? `, ${Math.round(100 * mean / limit)} % of the ${rate(limit)} that this run allowed itself` : "; this run had no limit of its own";
  return new Chart(slots, timeline.width_ms, room, {
    title: "Throughput against the quota",
    sentence: `While it wrote, ${rate(mean)} writes a second were answered on average${against}.`,
    hint: "Point at the chart, or focus it and use the arrow keys, for the figures of a moment.",
    top: ticks[ticks.length - 1], ticks: ticks.map((value) => [value, `${grouped.format(value)}/s`]),
    key: [[blockSign("f-writes"), "writes"], [lineSign("s-reads"), "reads"], ...(limit > 0 ? [[lineSign("s-limit"), "limit for writes of users and memberships"]] : [])],
    columns: [["writes/s", (slot) => rate(writes(slot))], ["reads/s", (slot) => rate(reads(slot))]],
    tell: (slot) => `${rate(writes(slot))} writes/s, ${rate(reads(slot))} reads/s`,
    draw: (chart) => {
      chart.bars("f-writes", () => 0, writes);
      if (shown.some((slot) => slot.reads > 0)) chart.line("s-reads", (slot) => reads(slot) || null);
      if (limit > 0) {
        const y = chart.y(limit);
        chart.svg.append(shape("line", { class: "s-limit", x1: chart.box.left, x2: chart.box.width - chart.box.right, y1: y, y2: y }));
      }
    },
  });
}

function latencyChart(timeline, slots, room) {
  const sums = new Map();
  for (const slot of slots) addLatency(sums, slot.latency || []);
  const all = [...sums].sort((a, b) => a[0] - b[0]);
  const bands = new Map(slots.map((slot) => [slot, slot.pause || slot.latency.length === 0 ? null
    : [0.5, 0.95, 0.99].map((share) => quantile(slot.latency, share))]));
  const known = [...bands.values()].filter((band) => band !== null);
  const least = 10 ** Math.floor(Math.log10(Math.max(0.1, Math.min(...known.map((band) => band[0])))));
  const most = 10 ** Math.ceil(Math.log10(Math.max(least * 10, ...known.map((band) => band[2]))));
  const ticks = [];
  for (let decade = least; decade <= most * 1.01; decade *= 10) {
    for (const value of [decade, 2 * decade, 5 * decade]) {
      const text = value < 999 ? `${Number(value.toPrecision(1))} ms` : `${Number((value / 1000).toPrecision(1))} s`;
      if (value <= most * 1.01) ticks.push([value, text]);
    }
  }
  const of = (index) => (slot) => (bands.get(slot) ? bands.get(slot)[index] : null);
  const text = (slot, index) => (bands.get(slot) ? lasting(bands.get(slot)[index]) : "–");
  return new Chart(slots, timeline.width_ms, room, {
    title: "Latency",
    sentence: `Half of all answers came within ${lasting(quantile(all, 0.5))}, 95 % within ${lasting(quantile(all, 0.95))}, 99 % within ${lasting(quantile(all, 0.99))}.`,
    hint: "", ticks, y: (value) => Math.log10(Math.max(value, least) / least) / Math.log10(most / least),
    key: [[lineSign("s-median"), "half within"], [blockSign("f-band2"), "up to 95 %"], [blockSign("f-band3"), "up to 99 %"]],
    columns: [["half within", (slot) => text(slot, 0)], ["95 % within", (slot) => text(slot, 1)], ["99 % within", (slot) => text(slot, 2)]],
    tell: (slot) => (bands.get(slot) ? `half within ${text(slot, 0)}, 95 % within ${text(slot, 1)}, 99 % within ${text(slot, 2)}` : "no answers"),
    draw: (chart) => {
      chart.bars("f-band3", (slot) => of(1)(slot) || 0, (slot) => of(2)(slot) || 0);
      chart.bars("f-band2", (slot) => of(0)(slot) || 0, (slot) => of(1)(slot) || 0);
      chart.line("s-median", of(0));
    },
  });
}

function waitChart(timeline, slots, room) {
  const share = (slot, name) => Math.min(100, (slot[name] || 0) / 1e4 / timeline.width_ms);
  const sum = (name) => slots.reduce((total, slot) => total + (slot[name] || 0), 0);
  const upTo = [["quota_wait_ns"], ["quota_wait_ns", "pause_ns"], ["quota_wait_ns", "pause_ns", "backoff_ns"]]
    .map((names) => (slot) => names.reduce((total, name) => total + share(slot, name), 0));
  const limited = sum("rate_limited");
  const troubles = sum("troubles");
  const percent = (slot, name) => `${Math.round(share(slot, name))} %`;
  return new Chart(slots, timeline.width_ms, room, {
    title: "Waits and 429s",
    sentence: `Held back by its own quota for ${lasting(sum("quota_wait_ns") / 1e6)}, paused for the target for ${lasting(sum("pause_ns") / 1e6)}, ` +
      `waiting to try or look again for ${lasting(sum("backoff_ns") / 1e6)}. ${count(limited, "answer", "answers")} with 429, ${count(troubles, "request", "requests")} failed or unanswered.`,
    hint: "", top: 115, height: 190, ticks: [[0, "0 %"], [50, "50 %"], [100, "100 %"]],
    key: [[blockSign("f-quota"), "own quota"], [sign(shape("rect", { class: "f-pause", width: 18, height: 12, rx: 2 }), shape("path", { class: "s-hatch", d: "M2 12L14 0M8 12L18 2M-2 10L8 0" })), "pause for the target"],
      [blockSign("f-backoff"), "back-off"], [sign(shape("path", { class: "f-limited", d: "M4 1h10L9 11z" })), "429"]],
    columns: [["own quota", (slot) => percent(slot, "quota_wait_ns")], ["paused", (slot) => percent(slot, "pause_ns")], ["back-off", (slot) => percent(slot, "backoff_ns")],
      ["429s", (slot) => grouped.format(slot.rate_limited || 0)], ["failed or unanswered", (slot) => grouped.format(slot.troubles || 0)]],
    tell: (slot) => `own quota ${percent(slot, "quota_wait_ns")}, paused ${percent(slot, "pause_ns")}, back-off ${percent(slot, "backoff_ns")}; ${slot.rate_limited || 0} with 429, ${slot.troubles || 0} failed or unanswered`,
    draw: (chart) => {
      chart.bars("f-quota", () => 0, upTo[0]);
      chart.bars("f-pause", upTo[0], upTo[1]);
      hatch(chart, upTo[0], upTo[1]);
      chart.bars("f-backoff", upTo[1], upTo[2]);
      for (const [index, slot] of slots.entries()) {
        if (!slot.rate_limited) continue;
        const x = chart.at[index] + chart.step / 2;
        chart.svg.append(shape("path", { class: "f-limited", d: `M${x - 5} ${chart.box.top - 8}h10l-5 10z` }));
      }
    },
  });
}

function hatch(chart, low, high) {
  let path = "";
  for (const [index, slot] of chart.slots.entries()) {
    if (slot.pause || high(slot) <= low(slot)) continue;
    const bottom = chart.y(low(slot));
    for (let y = bottom; y - 4 > chart.y(high(slot)); y -= 8) path += `M${chart.at[index]} ${y}l${Math.max(chart.step, 3)} -4`;
  }
  chart.svg.append(shape("path", { class: "s-hatch", d: path, fill: "none" }));
}

function drawCharts() {
  const place = document.getElementById("charts");
  const timeline = report.timeline;
  if (timeline.buckets.length === 0) {
    place.append(element("p", { class: "note" }, "Nothing was recorded over time: no request was answered, or the run is of an older rehome."));
    return;
  }
  const slots = slotsOf(timeline);
  let drawn = 0;
  const draw = () => {
    const room = Math.max(280, Math.round(place.clientWidth));
    if (Math.abs(room - drawn) < 8) return;
    drawn = room;
    const charts = [rateChart(timeline, slots, room)];
    if (timeline.buckets.some((bucket) => bucket.latency.length > 0)) charts.push(latencyChart(timeline, slots, room));
    charts.push(waitChart(timeline, slots, room));
    place.replaceChildren(...charts.map((chart) => chart.figure()));
  };
  draw();
  let timer = 0;
  window.addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(draw, 150); });
}

const tones = { created: "good", adopted: "good", updated: "good", unchanged: "good", rejected: "warn", parked: "warn", failed: "bad" };
const badge = (text) => element("span", { class: `badge ${tones[text] || ""}` }, text);
const value = (text, name) => (text === "" ? null : element("span", { class: `line value ${name || ""}` }, text));

function drawOrganizations() {
  const place = document.getElementById("organization-table");
  if (report.organizations.length === 0) {
    place.append(element("p", { class: "note" }, report.rows_note || "No row names an organization."));
    return;
  }
  // [key, name, id, outcome, rows, done, failed, unprocessed]
  const table = new FacetTable({
    id: "organizations", size: 25, rows: report.organizations, noun: ["organization", "organizations"],
    caption: "Organizations of this run and how their rows ended",
    filters: [{ label: "Outcome", all: "All outcomes", value: (row) => row[3] }],
    text: (row) => `${row[0]} ${row[1]} ${row[2]} ${row[3]}`,
    columns: [
      { title: "Organization", value: (row) => (row[1] || row[0]).toLowerCase(), wide: "wide", cell: (row) => [value(row[1] || row[0]), row[1] ? value(row[0], "small") : null, value(row[2], "small mono")] },
      { title: "Outcome", value: (row) => row[3], cell: (row) => badge(row[3]) },
      { title: "Rows", number: true, value: (row) => row[4], cell: (row) => grouped.format(row[4]) },
      { title: "On the target", number: true, value: (row) => row[5], cell: (row) => grouped.format(row[5]) },
      { title: "Need somebody", number: true, value: (row) => row[6], cell: (row) => element("span", { class: row[6] > 0 ? "cell-bad" : "zero" }, grouped.format(row[6])) },
      { title: "Other", number: true, value: (row) => row[7], cell: (row) => element("span", { class: row[7] > 0 ? "" : "zero" }, grouped.format(row[7])) },
    ],
  });
  table.sorted = { column: 2, down: true };
  table.refresh();
  place.append(table.root, ...[report.organizations_note].filter((note) => note !== "").map((note) => element("p", { class: "note" }, note)));
}

// `external_id:acme`: the name, and below it what kind of name it is.
function namedBy(key) {
  const colon = key.indexOf(":");
  return [value(key.slice(colon + 1)), value(key.slice(0, Math.max(colon, 0)), "small")];
}

// Where the members of a row stand.
const at = { row: 0, line: 1, outcome: 2, reason: 3, column: 4, seen: 5, status: 6, code: 7, said: 8, request: 9, attempts: 10, email: 11, external: 12, organization: 13, user: 14 };

function whatHappened(row) {
  const reason = report.reasons[row[at.reason]];
  const status = row[at.status] > 0 ? `HTTP ${row[at.status]} ` : "";
  const said = `${status}${row[at.code]}${row[at.code] && row[at.said] ? ": " : ""}${row[at.said]}`.trim();
  return [value(reason.cause), row[at.seen] ? value(`${row[at.column] ? `${row[at.column]}: ` : ""}${row[at.seen]}`, "small") : null,
    said ? value(`Target: ${said}`, "small") : null];
}

function drawRows() {
  const place = document.getElementById("row-table");
  if (report.rows.length === 0) {
    place.append(element("p", { class: "note" }, report.rows_note || "None: no row was rejected, failed or parked."));
    return null;
  }
  const reasonOf = (row) => report.reasons[row[at.reason]];
  const asked = report.rows.some((row) => row[at.request] !== "" || row[at.attempts] > 0);
  const table = new FacetTable({
    id: "rows", rows: report.rows, noun: ["row", "rows"],
    caption: "Rows that were rejected, failed or parked",
    filters: [
      { label: "Phase", all: "All phases", value: (row) => reasonOf(row).phase },
      { label: "Group", all: "All groups", value: (row) => reasonOf(row).code },
      { label: "Outcome", all: "All outcomes", value: (row) => report.outcomes[row[at.outcome]] },
    ],
    text: (row) => `${row.join(" ")} ${reasonOf(row).code} ${reasonOf(row).cause} ${report.outcomes[row[at.outcome]]}`,
    columns: [
      { title: "Row", number: true, value: (row) => row[at.row], cell: (row) => [value(grouped.format(row[at.row])), row[at.line] > 0 ? value(`line ${grouped.format(row[at.line])}`, "small") : null] },
      { title: "User", value: (row) => (row[at.email] || row[at.external]).toLowerCase(), wide: "mid", cell: (row) => [value(row[at.email]), value(row[at.external], "small"), value(row[at.user], "small mono")] },
      { title: "Outcome", value: (row) => report.outcomes[row[at.outcome]], cell: (row) => badge(report.outcomes[row[at.outcome]]) },
      { title: "Group", value: (row) => reasonOf(row).code, wide: "code-cell", cell: (row) => [value(reasonOf(row).code, "mono"), value(reasonOf(row).phase, "small")] },
      { title: "What happened", value: (row) => `${row[at.status]} ${row[at.code]} ${row[at.seen]}`, wide: "wide", cell: whatHappened },
      { title: "Organization", value: (row) => row[at.organization].toLowerCase(), wide: "mid", cell: (row) => namedBy(row[at.organization]) },
      { title: "Request", value: (row) => row[at.request], cell: (row) => [value(row[at.request], "small mono"), row[at.attempts] > 0 ? value(count(row[at.attempts], "attempt", "attempts"), "small") : null] },
    ].filter((column) => asked || column.title !== "Request"),
  });
  place.append(table.root, ...[report.rows_note, report.cut_note].filter((note) => note !== "").map((note) => element("p", { class: "note" }, note)));
  return table;
}

// "Show these rows" beside each group. Rows that only follow from an organization name its code.
function linkGroups(table) {
  if (table === null) return;
  const nameOf = (phase, code) => `${phase} ${code}`;
  const own = new Set(report.rows.map((row) => report.reasons[row[at.reason]]).map((it) => nameOf(it.phase, it.code)));
  const followed = new Set(report.rows.map((row) => row[at.seen]));
  for (const group of document.querySelectorAll("[data-code]")) {
    const { code, phase } = group.dataset;
    const isOwn = own.has(nameOf(phase, code));
    if (!isOwn && !followed.has(code)) continue;
    group.append(element("button", {
      type: "button", class: "link",
      onclick: () => {
        table.reset();
        if (isOwn) {
          table.choose(0, phase);
          table.choose(1, code);
        } else {
          table.searchBox.value = code;
          table.search(code);
        }
        document.getElementById("rows").scrollIntoView();
        table.searchBox.focus({ preventScroll: true });
      },
    }, "Show these rows"));
  }
}

drawCharts();
drawOrganizations();
linkGroups(drawRows());
