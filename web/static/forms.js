// What a form does better with a script: rows without a new page, a preview that follows, people found while typing.
"use strict";

const form = document.querySelector("form.sheet");

async function asked(name) {
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  body.set("do", name);
  const answer = await fetch(location.href, { method: "POST", body, redirect: "error" });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Add or remove a row: the server says how the list looks then.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[value^='add:'], button[value^='drop:']");
  if (!button || button.form !== form) { return; }
  event.preventDefault();
  const list = button.closest("[data-rows]");
  try {
    const found = (await asked(button.value)).getElementById(list.id);
    if (!found) { throw new Error("no list"); }
    list.replaceWith(found);
    const fields = found.querySelectorAll(".line:last-of-type input:not([type=hidden]), .line:last-of-type select");
    (button.value.startsWith("add:") && fields.length ? fields[0] : found.querySelector("button.add")).focus();
    refresh();
  } catch {
    button.form.requestSubmit(button);
  }
});

// The preview follows the form once it was asked for.
let waiting = 0;
function refresh() {
  const preview = document.querySelector("#preview");
  if (!preview || !preview.querySelector(".route")) { return; }
  preview.classList.add("stale");
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    try {
      const found = (await asked("check")).querySelector("#preview");
      const steps = found && found.querySelector(".route");
      if (steps) { document.querySelector("#preview").replaceWith(found); }
    } catch { /* the button is still there */ }
  }, 500);
}
if (form && form.dataset.start) { form.addEventListener("change", refresh); }

// Where there are too many people for one list, those that fit what was typed.
let looking = 0;
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset || !field.dataset.search) { return; }
  const name = field.getAttribute("list");
  let list = document.getElementById(name);
  if (list && !list.dataset.found) { return; }
  if (!list) {
    list = document.createElement("datalist");
    list.id = name;
    list.dataset.found = "yes";
    form.append(list);
  }
  clearTimeout(looking);
  looking = setTimeout(async () => {
    const answer = await fetch(`${field.dataset.search}?${new URLSearchParams({ q: field.value })}`);
    if (!answer.ok) { return; }
    list.replaceChildren(...(await answer.json()).map((one) => Object.assign(new Option(one.beside), { value: one.value })));
  }, 200);
});

// What follows from a value is filled in beside it, unless something else was typed there.
const follows = new Set();
document.addEventListener("input", (event) => { follows.delete(event.target.name); });
function hideFills() { document.querySelectorAll("[data-fills]").forEach((place) => { place.hidden = true; }); }
hideFills();
document.addEventListener("change", async (event) => {
  const place = [...document.querySelectorAll("[data-fills]")].find((one) => one.dataset.fills === event.target.name);
  if (!place) { return; }
  try {
    for (const field of (await asked("fill")).querySelectorAll("form.sheet [name^='p.']")) {
      const here = form.elements[field.name];
      if (!here || here === event.target || here.type === "checkbox" || !field.value) { continue; }
      if (here.value === "" || follows.has(field.name)) {
        here.value = field.value;
        follows.add(field.name);
      }
    }
    refresh();
  } catch { place.hidden = false; }
});

// What is typed is kept in this browser until it is sent, but for what is sealed: that is kept nowhere.
const kept = form && form.dataset.draft ? `signoff.draft ${form.dataset.draft}` : "";
function typedIn() {
  return [...new FormData(form)].filter(([name, value]) => name.startsWith("p.") && typeof value === "string" && value && !form.elements[name]?.closest?.("[data-sealed]"));
}
if (kept) {
  const begun = JSON.stringify(typedIn());
  let saving = 0;
  form.addEventListener("input", () => {
    clearTimeout(saving);
    saving = setTimeout(() => {
      const now = JSON.stringify(typedIn());
      try { if (now === begun) { localStorage.removeItem(kept); } else { localStorage.setItem(kept, now); } } catch { /* kept nowhere, then */ }
    }, 400);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "send") { clearTimeout(saving); try { localStorage.removeItem(kept); } catch { /* as above */ } }
  });
  let draft = null;
  try { draft = JSON.parse(localStorage.getItem(kept) || "null"); } catch { /* as above */ }
  const offer = document.querySelector(".draft");
  if (offer && draft && !document.getElementById("wrong")) {
    offer.hidden = false;
    offer.querySelector("[data-draft=drop]").addEventListener("click", () => { localStorage.removeItem(kept); offer.hidden = true; });
    offer.querySelector("[data-draft=take]").addEventListener("click", async () => {
      offer.hidden = true;
      const body = new URLSearchParams([["csrf", form.elements.csrf.value], ["command_id", form.elements.command_id.value], ["do", "show"], ...draft]);
      const answer = await fetch(location.href, { method: "POST", body, redirect: "error" });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form.sheet");
      if (found) { form.replaceChildren(...found.childNodes); hideFills(); }
    });
  }
}

const wrong = document.getElementById("wrong");
if (wrong) { wrong.focus(); }
