// Looks through the index that stands in index.js; rows of it are [name, kind, address, words]. First come those in which
// all words are, as they stand or begun; if these are few, those with words like them; at last, those with any of them.
// MiniSearch ranks them; `plain` is of site.js.
"use strict";

const MOST = 100; // that are shown
const ENOUGH = 20; // with fewer, words like those asked for are looked for too
const form = document.getElementById("search");
const field = document.getElementById("q");
const told = document.getElementById("found");
const WEIGHTS = { treaty: 3, "kind of clause": 2, source: 0.7, statement: 0.5 };
const index = new MiniSearch({
  fields: ["name", "kind", "text"],
  processTerm: plain,
  searchOptions: {
    boost: { name: 2 },
    boostDocument: (id) => WEIGHTS[INDEX[id][1]] || 1,
  },
});

const near = (word) => (word.length > 3 ? 0.2 : false);
const EXACT = (asked) => index.search(asked, { combineWith: "AND", prefix: true });
const LIKE = (asked) =>
  // An ending may be another one: “Belorussia” is looked for as “belorus” too, which is near “Belarus”.
  index.search({
    combineWith: "AND",
    queries: asked.split(/\s+/).map((word) => ({
      combineWith: "OR",
      queries: word.length > 6 ? [word, word.slice(0, -3)] : [word],
      prefix: true,
      fuzzy: near,
    })),
  });
const ANY = (asked) => index.search(asked, { combineWith: "OR", prefix: true, fuzzy: near });

function marked(text, terms) {
  const pieces = text.split(/([\n\r\p{Z}\p{P}]+)/u);
  return pieces.map((piece) => {
    if (!terms.has(plain(piece))) return piece;
    const mark = document.createElement("mark");
    mark.textContent = piece;
    return mark;
  });
}

function find() {
  const asked = field.value.trim();
  const exact = asked ? EXACT(asked) : [];
  const there = new Set(exact.map(({ id }) => id));
  const more = asked && exact.length < ENOUGH ? LIKE(asked).filter(({ id }) => !there.has(id)) : [];
  const some = asked && !exact.length && !more.length ? ANY(asked) : [];
  const found = [...exact, ...more, ...some];
  const items = found.slice(0, MOST).map(({ id, terms }) => {
    const [name, kind, address, text] = INDEX[id];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.append(...marked(name.trim() || address, new Set(terms)));
    const about = document.createElement("span");
    about.className = "quiet";
    about.textContent = ` ${kind}`;
    const words = document.createElement("p");
    words.append(...marked(text, new Set(terms)));
    item.append(link, about, words);
    return item;
  });
  document.getElementById("results").replaceChildren(...items);
  const parts = [
    [exact, "found"],
    [more, "with words like these"],
    [some, "with some of these words"],
    [found.slice(MOST), "of them not shown"],
  ].filter(([rows]) => rows.length);
  told.textContent = !asked ? "" : parts.map(([rows, how]) => `${rows.length} ${how}`).join(", ") || "Nothing found";
}

field.value = new URLSearchParams(location.search).get("q") || "";
form.addEventListener("submit", (event) => event.preventDefault());
index.addAll(INDEX.map(([name, kind, , text], id) => ({ id, name, kind, text })));
form.addEventListener("input", () => {
  history.replaceState(null, "", `${location.pathname}?${new URLSearchParams({ q: field.value })}`);
  find();
});
find();
