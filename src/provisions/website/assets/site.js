// What moves on the pages: the day as of which status is told, filters, sorting, zoom, theme. All of it is a comfort;
// without it, the pages say the same.
"use strict";

const $ = (selector, within = document) => [...within.querySelectorAll(selector)];
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const words = (status) => status.replaceAll("-", " ");

function keep(name, value) {
  try {
    if (value === undefined) return sessionStorage.getItem(name);
    sessionStorage.setItem(name, value);
  } catch { /* a browser that keeps nothing */ }
  return null;
}

// Theme ---------------------------------------------------------------------------------------------------------------

function startTheme() {
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const tell = () => (button.textContent = isDark() ? "Light" : "Dark");
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch { /* then it is for this page */ }
    tell();
  });
  tell();
}

// As of a day ---------------------------------------------------------------------------------------------------------

const DAY = 86400000;
const toNumber = (iso) => Math.round(Date.parse(iso) / DAY);
const toIso = (number) => new Date(number * DAY).toISOString().slice(0, 10);
let asOf = null; // the day chosen, as ISO text, which compares as days do

function statusOn(spells, day) {
  let status = "none";
  for (const spell of spells.split(";")) {
    const [begin, name] = spell.split(" ");
    if (begin && begin <= day) status = name;
  }
  return status;
}

let standing = null; // every status on the page: its element, and the days from which it was another

function recolour(day) {
  standing ??= $("[data-spells]").map((one) => [one, one.dataset.spells]);
  for (const [one, spells] of standing) {
    const status = statusOn(spells, day);
    if (status === one.dataset.status) continue;
    one.dataset.status = status;
    one.textContent = words(status);
  }
  for (const lanes of $(".lanes")) {
    const place = Math.max(0, Math.min(100, 100 * axisOf(lanes).share(toNumber(day))));
    lanes.querySelector(".veil").setAttribute("x", `${place}%`);
    for (const end of ["x1", "x2"]) lanes.querySelector(".now").setAttribute(end, `${place}%`);
  }
}

function startAsOf() {
  const form = document.querySelector(".asof");
  if (!form) return;
  const [range, date, output] = ["input[type=range]", "input[type=date]", "output"].map((s) => form.querySelector(s));
  const reset = form.querySelector("[data-reset]");
  const changes = new Set();
  for (const one of $("[data-spells]")) for (const spell of one.dataset.spells.split(";")) changes.add(spell.slice(0, 10));
  for (const one of $("[data-from]")) for (const end of [one.dataset.from, one.dataset.to]) changes.add(end);
  const days = [...changes].filter((day) => /^\d{4}-\d\d-\d\d$/.test(day)).sort();
  const shown = form.dataset.day;
  if (!days.length) return;
  const ends = [[...days, shown].sort()[0], [...days, shown].sort().at(-1)].map(toNumber);
  range.min = ends[0] - 31;
  range.max = ends[1] + 31;
  form.hidden = false;
  const set = (day) => {
    asOf = day;
    range.value = toNumber(day);
    range.setAttribute("aria-valuetext", day);
    date.value = day;
    keep("as-of", day);
    recolour(day);
    output.textContent = day;
    reset.hidden = day === shown;
    document.dispatchEvent(new Event("as-of"));
  };
  range.addEventListener("input", () => set(toIso(Number(range.value))));
  date.addEventListener("change", () => date.value && set(date.value));
  for (const button of $("[data-step]", form)) {
    button.addEventListener("click", () => {
      const next = button.dataset.step > 0 ? days.find((day) => day > asOf) : days.findLast((day) => day < asOf);
      if (next) set(next);
    });
  }
  document.addEventListener("choose-day", (event) => set(toIso(Math.max(ends[0], Math.min(ends[1] + 31, event.detail)))));
  reset.addEventListener("click", () => set(shown));
  form.addEventListener("submit", (event) => event.preventDefault());
  set(keep("as-of") || shown);
}

// Filters -------------------------------------------------------------------------------------------------------------

const texts = new WeakMap(); // what a row says, read once
function wordsOf(row) {
  if (!texts.has(row)) texts.set(row, plain(`${row.textContent} ${row.dataset.title || ""}`));
  return texts.get(row);
}

function matches(control, row) {
  const wanted = control.type === "checkbox" ? (control.checked ? control.value : "") : control.value.trim();
  const [how, what] = control.dataset.match.split(":");
  if (!wanted) return true;
  if (how === "words") return wordsOf(row).includes(plain(wanted));
  const value = what === "status" ? row.querySelector("[data-spells]").dataset.status : row.dataset[what];
  if (how === "is") return value === wanted;
  if (how === "has") return value.split(" ").includes(wanted);
  return value !== "" && (how === "min" ? Number(value) >= Number(wanted) : Number(value) <= Number(wanted));
}

const holdsNow = (one) => !asOf || (one.dataset.from && one.dataset.from <= asOf && (!one.dataset.to || one.dataset.to > asOf));

function showColumn(table, wanted) {
  const heads = $("thead th", table);
  const hidden = heads.map((head) => Boolean(wanted && head.dataset.column && head.dataset.column !== wanted));
  for (const row of table.rows) [...row.cells].forEach((cell, number) => (cell.hidden = hidden[number]));
}

function showNetwork(picture, form) {
  const { words: party, treaty, kind, one, groups } = form.elements;
  const active = new Set();
  const named = plain(party.value.trim());
  const names = new Map($(".node", picture).map((node) => [node.dataset.party, plain(node.dataset.name)]));
  const spokes = new Set();
  for (const line of $(".line", picture)) {
    const shown =
      holdsNow(line) &&
      (groups.checked || !("group" in line.dataset)) &&
      (!treaty.value || line.dataset.treaty === treaty.value) &&
      (!kind.value || line.dataset.tops.split(" ").includes(kind.value)) &&
      (!one.checked || line.classList.contains("one-sided")) &&
      (!named || endsOf(line).some((key) => (names.get(key) || "").includes(named)));
    line.classList.toggle("off", !shown);
    if (!shown) continue;
    for (const key of endsOf(line)) active.add(key);
    spokes.add(line.dataset.treaty);
  }
  for (const node of $(".node", picture)) node.classList.toggle("off", !active.has(node.dataset.party));
  for (const hub of $(".hub", picture)) hub.classList.toggle("off", !spokes.has(hub.dataset.treaty));
  picture.dispatchEvent(new Event("redrawn"));
}

function startFilters() {
  for (const form of $("form[data-filters]")) {
    const list = document.getElementById(form.dataset.filters);
    const rows = $("tbody tr, .row", list);
    const output = form.querySelector("output");
    const controls = $("[data-match]", form);
    const column = controls.find((control) => "columns" in control.dataset);
    let only = ""; // the one column that is shown
    const picture = document.getElementById(form.dataset.network || "");
    const asked = new URLSearchParams(location.search);
    for (const control of $("[name]", form)) {
      if (!asked.has(control.name)) continue;
      if (control.type === "checkbox") control.checked = true;
      else control.value = asked.get(control.name);
    }
    const apply = () => {
      let shown = 0;
      for (const row of rows) {
        row.hidden = !(controls.every((control) => matches(control, row)) && ("dated" in row.dataset ? holdsNow(row) : true));
        shown += row.hidden ? 0 : 1;
      }
      for (const group of $(".group", list)) group.hidden = !$(".row", group).some((row) => !row.hidden);
      if (column && column.value !== only) showColumn(list, (only = column.value));
      if (picture) showNetwork(picture, form);
      output.textContent = `${shown} of ${rows.length}${shown || !rows.length ? "" : ": nothing fits this day and these filters"}`;
    };
    const applyAndTell = () => {
      apply();
      const told = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
      history.replaceState(null, "", `${location.pathname}${told.size ? `?${told}` : ""}${location.hash}`);
    };
    form.hidden = false;
    form.addEventListener("input", applyAndTell);
    form.addEventListener("change", applyAndTell);
    form.addEventListener("reset", () => setTimeout(applyAndTell));
    form.addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("as-of", apply);
    apply();
  }
}

// Sorting -------------------------------------------------------------------------------------------------------------

function startSorting() {
  for (const table of $("table.sortable")) {
    $("thead th", table).forEach((head, number) => {
      if (!head.dataset.sort) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.ariaSort === "ascending" || (head.ariaSort !== "descending" && head.dataset.sort === "number");
        for (const other of $("thead th", table)) other.removeAttribute("aria-sort");
        head.ariaSort = down ? "descending" : "ascending";
        const body = table.tBodies[0];
        const compare = head.dataset.sort === "number" ? (a, b) => Number(a) - Number(b) : new Intl.Collator("en").compare;
        const sorted = [...body.rows].map((row) => [row.cells[number].textContent.trim(), row]);
        sorted.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
        body.append(...sorted.map(([, row]) => row));
      });
    });
  }
}

// Pictures of time: a closer look, the ticks that go with it, the day under the pointer --------------------------------

const STEPS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400]; // months between ticks, as in pictures.py
const ROOM = 64; // pixels between ticks, at least
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function axisOf(lanes) {
  const [first, last] = [toNumber(lanes.dataset.first), toNumber(lanes.dataset.last)];
  return { first, last, share: (day) => (day - first) / (last - first) };
}

function draw(name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

function drawTicks(lanes) {
  const [grid, scale] = [lanes.querySelector(".grid"), lanes.querySelector(".scale")];
  const axis = axisOf(lanes);
  const month = (day) => new Date(day * DAY).getUTCFullYear() * 12 + new Date(day * DAY).getUTCMonth();
  const [begin, end] = [month(axis.first), month(axis.last)];
  const most = scale.getBoundingClientRect().width / ROOM;
  const step = STEPS.find((months) => (end - begin) / months <= most) || STEPS.at(-1);
  const [lines, labels] = [[], []];
  for (let one = Math.ceil(begin / step) * step; one <= end; one += step) {
    const [year, number] = [Math.floor(one / 12), one % 12];
    const x = 100 * axis.share(toNumber(`${String(year).padStart(4, "0")}-${String(number + 1).padStart(2, "0")}-01`));
    if (x < 0) continue;
    lines.push(draw("line", { class: "tick", x1: `${x}%`, x2: `${x}%`, y1: 0, y2: "100%" }));
    labels.push(draw("text", { x: `${x}%`, dx: 4, y: 15 }, number ? `${MONTHS[number]} ${year}` : String(year)));
  }
  grid.replaceChildren(...lines);
  scale.replaceChildren(...labels);
}

function startTime() {
  for (const lanes of $(".lanes")) {
    drawTicks(lanes);
    new ResizeObserver(() => drawTicks(lanes)).observe(lanes.querySelector(".scale"));
    const scale = lanes.querySelector(".scale");
    const choose = (event) => {
      const box = scale.getBoundingClientRect();
      const axis = axisOf(lanes);
      const detail = Math.round(axis.first + ((event.clientX - box.left) / box.width) * (axis.last - axis.first));
      document.dispatchEvent(new CustomEvent("choose-day", { detail }));
    };
    scale.addEventListener("pointerdown", (event) => (scale.setPointerCapture(event.pointerId), choose(event)));
    scale.addEventListener("pointermove", (event) => event.buttons && choose(event));
  }
  for (const zoom of $("[data-zoom]")) {
    const lanes = document.getElementById(zoom.dataset.zoom);
    const time = lanes.querySelector(".scale");
    const look = () => {
      // The day chosen comes into the middle if it is in sight; else what is in the middle stays there.
      const seen = lanes.clientWidth - lanes.querySelector(".name").offsetWidth;
      const day = axisOf(lanes).share(toNumber(asOf || lanes.dataset.last));
      const at = day * time.clientWidth - lanes.scrollLeft;
      const middle = at >= 0 && at <= seen ? day : (lanes.scrollLeft + seen / 2) / time.clientWidth;
      lanes.dataset.wide = zoom.value;
      lanes.scrollLeft = middle * time.clientWidth - seen / 2;
    };
    zoom.addEventListener("change", look);
    for (const button of $("[data-closer]", zoom.form)) {
      button.addEventListener("click", () => {
        const next = zoom.selectedIndex + Number(button.dataset.closer);
        if (!zoom.options[next]) return;
        zoom.selectedIndex = next;
        zoom.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
    lanes.dataset.wide = zoom.value; // as the address may ask, or the browser remember
  }
}

// What a mark is, told beside it: to the pointer, to a finger, and to the arrow keys ------------------------------------

const MOST_TOLD = 4;

function startTips() {
  const tip = document.createElement("div");
  const spoken = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  tip.ariaHidden = "true";
  spoken.className = "spoken";
  spoken.role = "status";
  document.body.append(tip, spoken);
  const hide = () => (tip.hidden = true);
  const tell = (text, x, y) => {
    tip.textContent = text;
    tip.hidden = !text;
    if (!text) return;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x - width / 2, innerWidth - width - 4))}px`;
    tip.style.top = `${y - height - 14 < 4 ? y + 22 : y - height - 14}px`;
  };
  const partsOf = (time) => {
    time.parts ??= $(":scope > .mark, :scope > .bar", time).map((one) => {
      const title = one.querySelector("title");
      title.remove(); // else the browser would tell it a second time
      return { one, text: title.textContent, mark: one.matches(".mark"), plain: one.querySelector(".mark-dot") ? 1 : 0 };
    });
    return time.parts;
  };
  const atPointer = (event) => {
    const time = event.target.closest?.(".time");
    const cell = event.target.closest?.("td.cell a");
    const line = event.target.closest?.(".network .line");
    if (time) {
      const parts = partsOf(time).map((part) => ({ ...part, box: part.one.getBoundingClientRect() }));
      const far = ({ box }) => Math.max(box.left - event.clientX, event.clientX - box.right, 0);
      const near = parts.filter((part) => far(part) <= (part.mark ? 12 : 0));
      const marks = near.filter((part) => part.mark).sort((a, b) => a.plain - b.plain || far(a) - far(b));
      // Marks that lie upon each other are told together; signature, entry into force and end before the others.
      const told = marks.length ? marks.slice(0, MOST_TOLD).sort((a, b) => (a.text < b.text ? -1 : 1)) : near;
      const left = marks.length - told.length;
      const text = [...told.map((part) => part.text), ...(left > 0 ? [`${left} more: zoom in`] : [])].join("\n");
      tell(text, event.clientX, time.getBoundingClientRect().top + 8);
    } else if (cell) {
      const box = cell.getBoundingClientRect();
      tell(cell.ariaLabel, box.left + box.width / 2, box.top + 8);
    } else if (line) {
      const title = line.querySelector("title");
      if (title) line.dataset.tip = title.textContent;
      title?.remove();
      tell(line.dataset.tip, event.clientX, event.clientY);
    } else hide();
  };
  document.addEventListener("pointermove", atPointer);
  document.addEventListener("pointerdown", atPointer);
  document.addEventListener("scroll", hide, true);
  document.addEventListener("focusin", ({ target }) => target.matches("td.cell a") && atPointer({ target }));
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const time = event.target.matches("summary.lane") && event.target.querySelector(".time");
    if (!step || !time) return;
    event.preventDefault();
    const marks = partsOf(time).filter((part) => part.mark);
    const before = marks.findIndex(({ one }) => one.classList.contains("here"));
    const next = marks[before < 0 ? (step > 0 ? 0 : marks.length - 1) : Math.max(0, Math.min(marks.length - 1, before + step))];
    if (!next) return;
    for (const one of $(".mark.here")) one.classList.remove("here");
    next.one.classList.add("here");
    next.one.scrollIntoView({ block: "nearest", inline: "center" });
    requestAnimationFrame(() => {
      const box = next.one.getBoundingClientRect();
      tell(next.text, box.left + box.width / 2, box.top + 4);
      spoken.textContent = next.text;
    });
  });
}

// The network: a party or a treaty that is pointed at shows its pledges alone, one that is clicked is kept to -------------

const endsOf = (line) => `${line.dataset.a} ${line.dataset.b}`.split(" ").filter(Boolean);

function startNetwork() {
  const picture = document.getElementById("network");
  if (!picture) return;
  const form = document.querySelector("[data-network]");
  const nodes = $(".node", picture);
  picture.setAttribute("role", "group");
  const reach = () => {
    // One party is reached with Tab, the others with the arrow keys.
    const there = nodes.filter((node) => !node.classList.contains("off"));
    for (const node of nodes) node.setAttribute("tabindex", node === there[0] ? 0 : -1);
  };
  const point = (one) => {
    const related = new Set([one]);
    for (const line of one ? $(".line:not(.off)", picture) : []) {
      const ends = endsOf(line);
      if (one.dataset.party ? !ends.includes(one.dataset.party) : line.dataset.treaty !== one.dataset.treaty) continue;
      related.add(line).add(line.dataset.treaty);
      for (const key of ends) related.add(`party ${key}`);
    }
    picture.classList.toggle("pointed", Boolean(one));
    for (const line of $(".line", picture)) line.classList.toggle("on", related.has(line));
    for (const node of nodes) node.classList.toggle("on", node === one || related.has(`party ${node.dataset.party}`));
    for (const hub of $(".hub", picture)) hub.classList.toggle("on", hub === one || related.has(hub.dataset.treaty));
  };
  const keep = (one) => {
    const [field, value] = one.dataset.party ? [form.elements.words, one.dataset.name] : [form.elements.treaty, one.dataset.treaty];
    field.value = field.value === value ? "" : value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const node of nodes) {
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", node.dataset.name);
  }
  picture.addEventListener("redrawn", reach);
  picture.addEventListener("pointerover", ({ target }) => point(target.closest(".node, .hub")));
  picture.addEventListener("pointerleave", () => point(null));
  picture.addEventListener("focusin", ({ target }) => point(target.closest(".node")));
  picture.addEventListener("focusout", () => point(null));
  picture.addEventListener("click", ({ target }) => target.closest(".node, .hub") && keep(target.closest(".node, .hub")));
  picture.addEventListener("keydown", (event) => {
    const node = event.target.closest(".node");
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!node || !(step || event.key === "Enter" || event.key === " ")) return;
    event.preventDefault();
    if (!step) return keep(node);
    const there = nodes.filter((one) => !one.classList.contains("off"));
    there.at((there.indexOf(node) + step) % there.length).focus();
  });
}

// The quote of the statement that the address names -------------------------------------------------------------------

function showQuote() {
  const asked = decodeURIComponent(location.hash.slice(1)).replace(/^q-/, "s-");
  choose(asked);
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const [quote, statement] = [document.querySelector("mark.chosen"), document.querySelector(".statement.chosen")];
  const held = quote?.closest(".held");
  const beside = held && getComputedStyle(held).position === "sticky"; // the text stays in sight beside the statements
  (beside && statement ? statement : target).scrollIntoView();
  if (beside) held.scrollTop += quote.getBoundingClientRect().top - held.getBoundingClientRect().top - held.clientHeight / 3;
}

function choose(asked) {
  for (const one of $(".chosen")) one.classList.remove("chosen");
  if (!asked.startsWith("s-")) return;
  for (const quote of $("mark")) quote.classList.toggle("chosen", quote.dataset.quotes.split(" ").includes(asked));
  document.getElementById(asked)?.classList.add("chosen");
}

startTheme();
startTips();
startNetwork();
startAsOf();
startFilters();
startTime();
startSorting();
showQuote();
addEventListener("hashchange", showQuote);
addEventListener("load", () => requestAnimationFrame(showQuote)); // after the browser has gone to the anchor by itself
for (const statement of $(".beside.text .statement")) statement.addEventListener("pointerenter", () => choose(statement.id));
