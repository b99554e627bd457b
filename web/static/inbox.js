// What the inbox does better with a script; without one everything still works.
"use strict";

// Rejecting, returning and asking need a comment: say so before sending.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-comment]");
  if (!button) { return; }
  const field = button.form.elements.comment;
  field.required = true;
  if (!field.reportValidity()) {
    event.preventDefault();
    field.focus();
  }
  field.required = false;
});

// How many are selected, and all or none of what can be decided together.
const bulk = document.getElementById("bulk");
const boxes = [...document.querySelectorAll('input[form="bulk"]')];
if (bulk) {
  const all = document.getElementById("all");
  const told = () => { bulk.querySelector(".chosen").textContent = String(boxes.filter((box) => box.checked).length); };
  all.closest("label").hidden = false;
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); told(); });
  boxes.forEach((box) => box.addEventListener("change", told));
  told();
}

// A dot for what was never open in this browser.
const SEEN = "signoff.seen";
const rows = [...document.querySelectorAll(".row")];
let seen = new Set();
try { seen = new Set(JSON.parse(localStorage.getItem(SEEN) || "[]")); } catch { /* kept nowhere, then */ }
function read(task) {
  seen.add(task);
  try { localStorage.setItem(SEEN, JSON.stringify([...seen].slice(-500))); } catch { /* as above */ }
  rows.forEach((row) => row.classList.toggle("unread", !seen.has(row.dataset.task)));
}

// Another task opens in place: what was typed about each is kept.
const typed = new Map();
const mailbox = document.querySelector(".mailbox");
async function open(link, focus) {
  const pane = document.getElementById("pane");
  const comment = pane.querySelector("textarea[name=comment]");
  if (comment) { typed.set(pane.dataset.task, comment.value); }
  const answer = await fetch(link.href);
  const found = answer.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("pane");
  if (!found) { location.assign(link.href); return; }
  document.getElementById("pane").replaceWith(found);
  const field = found.querySelector("textarea[name=comment]");
  if (field) { field.value = typed.get(found.dataset.task) || ""; }
  document.querySelectorAll(".row a[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  link.scrollIntoView({ block: "nearest" });
  history.replaceState(null, "", link.href);
  read(found.dataset.task);
  if (focus) { link.focus({ preventScroll: true }); }
}
const wide = window.matchMedia("(min-width: 64rem)");
if (mailbox) {
  const first = document.getElementById("pane");
  if (wide.matches || mailbox.classList.contains("opened")) { read(first.dataset.task); } else { read(""); }
  mailbox.addEventListener("click", (event) => {
    const link = event.target.closest(".row > a");
    if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    open(link, false);
  });
  document.addEventListener("keydown", (event) => {
    if (!["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) { return; }
    const links = [...document.querySelectorAll(".row > a")];
    const at = links.findIndex((one) => one.hasAttribute("aria-current"));
    const next = links[at + (event.key === "j" ? 1 : -1)];
    if (next && wide.matches) { open(next, true); } else if (next) { next.focus(); }
  });
}

// Somebody else's change shows as an offer to look again: nothing that is being typed is lost.
const news = document.querySelector(".news");
if (news && window.EventSource) {
  const source = new EventSource("/api/v1/changes");
  source.onmessage = () => { news.hidden = false; };
  source.addEventListener("change", source.onmessage);
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) { source.close(); } };
}
