// What moves on the pages: the day as of which status is told, filters, sorting, zoom, theme. All of it is a comfort;
// without it, the pages say the same.
"use strict";

const $ = (selector, within = document) => [...within.querySelectorAll(selector)];
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

function recolour(day) {
  for (const one of $("[data-spells]")) {
    one.dataset.status = statusOn(one.dataset.spells, day);
    one.textContent = words(one.dataset.status);
  }
  for (const lanes of $(".lanes")) {
    const [first, last] = [Date.UTC(lanes.dataset.first, 0, 1), Date.UTC(lanes.dataset.last, 11, 31)];
    const place = Math.max(0, Math.min(100, (100 * (Date.parse(day) - first)) / (last - first)));
    for (const line of $("[data-now]", lanes)) {
      line.setAttribute("x1", `${place}%`);
      line.setAttribute("x2", `${place}%`);
    }
  }
}

function startAsOf() {
  const form = document.querySelector(".asof");
  if (!form) return;
  const [range, date, output] = ["input[type=range]", "input[type=date]", "output"].map((s) => form.querySelector(s));
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
    output.textContent = day === shown ? "" : `not ${shown}`;
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
  form.querySelector("[data-reset]").addEventListener("click", () => set(shown));
  form.addEventListener("submit", (event) => event.preventDefault());
  set(keep("as-of") || shown);
}

// Filters -------------------------------------------------------------------------------------------------------------

function matches(control, row) {
  const wanted = control.type === "checkbox" ? (control.checked ? control.value : "") : control.value.trim();
  const [how, what] = control.dataset.match.split(":");
  if (!wanted) return true;
  if (how === "words") return `${row.textContent} ${row.dataset.title || ""}`.toLowerCase().includes(wanted.toLowerCase());
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
  const named = party.value.trim().toLowerCase();
  const names = new Map($(".node", picture).map((node) => [node.dataset.party, node.dataset.name.toLowerCase()]));
  for (const line of $(".line", picture)) {
    const shown =
      holdsNow(line) &&
      (groups.checked || !("group" in line.dataset)) &&
      (!treaty.value || line.dataset.treaty === treaty.value) &&
      (!kind.value || line.dataset.tops.split(" ").includes(kind.value)) &&
      (!one.checked || line.classList.contains("one-sided")) &&
      (!named || [line.dataset.a, line.dataset.b].some((key) => (names.get(key) || "").includes(named)));
    line.classList.toggle("off", !shown);
    if (shown) for (const key of [line.dataset.a, line.dataset.b, `/${line.dataset.treaty}`]) active.add(key);
  }
  for (const node of $(".node", picture)) node.classList.toggle("off", !active.has(node.dataset.party));
  for (const hub of $(".hub", picture)) {
    const spokes = $(".line.mutual:not(.off)", picture).some((line) => line.dataset.treaty === hub.dataset.treaty);
    hub.classList.toggle("off", !spokes);
  }
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
      output.textContent = `${shown} of ${rows.length}`;
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
  for (const zoom of $("[data-zoom]")) {
    const wide = () => (document.getElementById(zoom.dataset.zoom).dataset.wide = zoom.value);
    zoom.addEventListener("change", wide);
    wide();
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
        const value = (row) => row.cells[number].textContent.trim();
        const compare =
          head.dataset.sort === "number" ? (a, b) => Number(value(a)) - Number(value(b)) : (a, b) => value(a).localeCompare(value(b));
        const body = table.tBodies[0];
        body.append(...[...body.rows].sort((a, b) => (down ? compare(b, a) : compare(a, b))));
      });
    });
  }
}

// The quote of the statement that the address names -------------------------------------------------------------------

function showQuote() {
  const asked = decodeURIComponent(location.hash.slice(1)).replace(/^q-/, "s-");
  for (const one of $(".chosen")) one.classList.remove("chosen");
  if (!asked.startsWith("s-")) return;
  for (const quote of $("mark")) quote.classList.toggle("chosen", quote.dataset.quotes.split(" ").includes(asked));
  document.getElementById(asked)?.classList.add("chosen");
}

startTheme();
startAsOf();
startFilters();
startSorting();
showQuote();
addEventListener("hashchange", showQuote);
for (const target of [location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))]) {
  if (target) target.scrollIntoView(); // filters have moved it
}
