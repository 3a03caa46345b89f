"use strict";

// An element with properties and children; children that are strings become text, never markup.
function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const grouped = new Intl.NumberFormat("en-US");
const count = (number, one, many) => `${grouped.format(number)} ${number === 1 ? one : many}`;

// A table that can be searched, filtered, sorted and paged. `columns`: {title, value(row) to sort
// by, cell(row) to show, number, wide}. `filters`: {label, all, value(row), name(value)}.
// `text(row)` is what the search looks at.
class FacetTable {
  constructor(options) {
    this.options = options;
    this.rows = options.rows;
    this.hits = this.rows;
    this.page = 0;
    this.size = options.size || 50;
    this.sorted = { column: 0, down: false };
    this.words = [];
    this.chosen = options.filters.map(() => "");
    this.texts = null; // made by the first search
    this.body = element("tbody");
    this.status = element("p", { class: "hits", role: "status" });
    this.root = element("div", {}, this.makeControls(), this.status, this.makeTable(), this.makePager());
    this.refresh();
  }

  makeControls() {
    const { noun, filters, id } = this.options;
    let timer = 0;
    this.searchBox = element("input", {
      type: "search", id: `${id}-search`, autocomplete: "off", spellcheck: "false",
      oninput: () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.search(this.searchBox.value), 120);
      },
    });
    this.selects = filters.map((filter, index) => this.makeFilter(filter, index));
    return element("div", { class: "controls", role: "search", "aria-label": `Find ${noun[1]}` },
      element("label", { class: "grow" }, `Search ${noun[1]}`, this.searchBox),
      ...filters.map((filter, index) => element("label", {}, filter.label, this.selects[index])),
      element("button", { type: "button", class: "plain", onclick: () => this.reset() }, "Clear"));
  }

  makeFilter(filter, index) {
    const counts = new Map();
    for (const row of this.rows) {
      const value = filter.value(row);
      counts.set(value, (counts.get(value) || 0) + 1);
    }
    const values = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return element("select", {
      id: `${this.options.id}-filter-${index}`,
      onchange: (event) => this.choose(index, event.target.value),
    }, element("option", { value: "" }, filter.all),
    ...values.map(([value, number]) => element("option", { value }, `${value} (${grouped.format(number)})`)));
  }

  makeTable() {
    const { columns, caption, id } = this.options;
    this.heads = columns.map((column, index) => element("th",
      { scope: "col", class: column.number ? "sortable number" : "sortable" },
      element("button", { type: "button", class: "sort", onclick: () => this.sortBy(index) }, column.title)));
    return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": `${id}-caption` },
      element("table", {}, element("caption", { id: `${id}-caption`, class: "hidden" }, caption),
        element("thead", {}, element("tr", {}, ...this.heads)), this.body));
  }

  makePager() {
    const step = (title, to) => element("button",
      { type: "button", class: "plain", onclick: () => this.show(to()) }, title);
    this.first = step("First", () => 0);
    this.before = step("Previous", () => this.page - 1);
    this.after = step("Next", () => this.page + 1);
    this.last = step("Last", () => this.pages() - 1);
    this.place = element("span", {});
    const sizes = element("select", {
      "aria-label": "Rows on a page", onchange: (event) => { this.size = Number(event.target.value); this.show(0); },
    }, ...[25, 50, 100, 250].map((size) => element("option", { value: size, selected: size === this.size }, `${size} a page`)));
    this.pager = element("div", { class: "pager", role: "group", "aria-label": "Pages" },
      this.first, this.before, this.place, this.after, this.last, element("label", {}, sizes));
    return this.pager;
  }

  pages() { return Math.max(1, Math.ceil(this.hits.length / this.size)); }

  search(text) {
    this.words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
    this.refresh();
  }

  choose(index, value) {
    this.chosen[index] = value;
    this.selects[index].value = value;
    this.refresh();
  }

  reset() {
    this.searchBox.value = "";
    this.words = [];
    this.chosen = this.chosen.map(() => "");
    for (const select of this.selects) select.value = "";
    this.refresh();
  }

  sortBy(column) {
    this.sorted = { column, down: this.sorted.column === column && !this.sorted.down };
    this.refresh();
  }

  refresh() {
    const { filters, text } = this.options;
    if (this.words.length > 0 && this.texts === null) {
      this.texts = new Map();
      for (const row of this.rows) this.texts.set(row, text(row).toLowerCase());
    }
    let hits = this.rows;
    for (const [index, wanted] of this.chosen.entries()) {
      if (wanted !== "") hits = hits.filter((row) => filters[index].value(row) === wanted);
    }
    if (this.words.length > 0) {
      hits = hits.filter((row) => {
        const whole = this.texts.get(row);
        return this.words.every((word) => whole.includes(word));
      });
    }
    this.hits = this.inOrder(hits);
    this.show(0);
    this.tell();
  }

  inOrder(hits) {
    const { value, number } = this.options.columns[this.sorted.column];
    const way = this.sorted.down ? -1 : 1;
    const keyed = hits.map((row, index) => ({ row, index, key: value(row) }));
    const compare = number ? (a, b) => a.key - b.key : (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
    keyed.sort((a, b) => way * compare(a, b) || a.index - b.index);
    return keyed.map((each) => each.row);
  }

  tell() {
    const { noun } = this.options;
    const all = count(this.rows.length, noun[0], noun[1]);
    this.status.textContent = this.hits.length === this.rows.length ? `${all}.`
      : `${grouped.format(this.hits.length)} of ${all} match.`;
    for (const [index, head] of this.heads.entries()) {
      if (index !== this.sorted.column) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", this.sorted.down ? "descending" : "ascending");
    }
  }

  show(page) {
    this.page = Math.min(Math.max(page, 0), this.pages() - 1);
    const from = this.page * this.size;
    const shown = this.hits.slice(from, from + this.size);
    const { columns } = this.options;
    this.body.replaceChildren(...shown.map((row) => element("tr", {}, ...columns.map((column) => element("td",
      { class: column.number ? "number" : column.wide || undefined }, ...[column.cell(row)].flat())))));
    if (shown.length === 0) {
      this.body.append(element("tr", {}, element("td", { colspan: columns.length, class: "muted" }, "Nothing matches.")));
    }
    this.place.textContent = `Page ${grouped.format(this.page + 1)} of ${grouped.format(this.pages())}`;
    this.first.disabled = this.before.disabled = this.page === 0;
    this.last.disabled = this.after.disabled = this.page === this.pages() - 1;
    this.pager.hidden = this.rows.length <= 25;
  }
}
