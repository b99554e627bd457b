// Keys and the palette of commands. Whatever they do is a link or a button on the page as well.
"use strict";

const palette = document.getElementById("palette");
const help = document.getElementById("keys");

// Everything that can be done from here: the buttons of what is open, the places, the search.
function commands(text) {
  const found = [...document.querySelectorAll("#pane a.button, #pane .actions > button, .next a.button, .places a, nav.tabs a, .menu a")]
    .filter((one) => one.offsetParent !== null || one.closest(".menu, .places"))
    .map((one) => ({ said: one.textContent.trim().replace(/\s+/g, " "), run: () => (one.tagName === "A" ? one.click() : one.focus()) }));
  const fit = found.filter((one) => one.said.toLowerCase().includes(text.toLowerCase()));
  const search = document.querySelector("form[role=search]");
  if (search && text) {
    const field = search.querySelector("input[type=search], input[type=text], input:not([type])");
    if (field) { fit.push({ said: `${document.getElementById("palette-list").dataset.search} “${text}”`, run: () => { field.value = text; search.requestSubmit(); } }); }
  }
  return fit.slice(0, 12);
}

if (palette) {
  const field = palette.querySelector("input");
  const list = document.getElementById("palette-list");
  let fit = [], at = 0;
  const show = () => {
    fit = commands(field.value.trim());
    at = Math.min(at, Math.max(0, fit.length - 1));
    list.replaceChildren(...fit.map((one, number) => {
      const item = Object.assign(document.createElement("li"), { textContent: one.said, id: `palette-${number}` });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(number === at));
      item.addEventListener("click", () => { palette.close(); one.run(); });
      return item;
    }));
    field.setAttribute("aria-activedescendant", fit.length ? `palette-${at}` : "");
  };
  field.addEventListener("input", () => { at = 0; show(); });
  palette.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = (at + (event.key === "ArrowDown" ? 1 : fit.length - 1)) % Math.max(1, fit.length);
      show();
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      palette.close();
      if (fit[at]) { fit[at].run(); }
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      field.value = "";
      at = 0;
      palette.showModal();
      show();
    }
  });
}

// Single letters, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) { return; }
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) { return; }
  const pane = document.getElementById("pane") || document.querySelector(".yours") || document;
  const to = {
    "?": () => help && help.showModal(),
    a: () => (pane.querySelector("button[value=approve]") || pane.querySelector("a[data-key=a], a.button"))?.focus(),
    r: () => pane.querySelector("textarea[name=comment]")?.focus(),
    e: () => pane.querySelector("a[data-key=e]")?.click(),
  }[event.key];
  if (to) { event.preventDefault(); to(); }
});
