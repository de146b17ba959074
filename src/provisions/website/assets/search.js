// Looks through the index that stands in index.js; rows of it are [name, kind, address, words].
"use strict";

const MOST = 100;
const form = document.getElementById("search");
const field = document.getElementById("q");
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const rows = window.INDEX.map((row) => ({ row, name: plain(row[0]), text: plain(row.join(" ")) }));

function find() {
  const asked = plain(field.value).split(/\s+/).filter(Boolean);
  const rank = ({ name }) => (asked.every((word) => name.includes(word)) ? 0 : 1);
  const found = asked.length ? rows.filter(({ text }) => asked.every((word) => text.includes(word))) : [];
  found.sort((a, b) => rank(a) - rank(b));
  const items = found.slice(0, MOST).map(({ row: [name, kind, address, words] }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = name.trim() || address;
    const about = document.createElement("span");
    about.className = "quiet";
    about.textContent = ` ${kind}`;
    const text = document.createElement("p");
    text.textContent = words;
    item.append(link, about, text);
    return item;
  });
  document.getElementById("results").replaceChildren(...items);
  document.getElementById("found").textContent = asked.length
    ? `${found.length} found${found.length > MOST ? `, the first ${MOST} are shown` : ""}` : "";
}

field.value = new URLSearchParams(location.search).get("q") || "";
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", find);
find();
