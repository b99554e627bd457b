// What the inbox does better with a script; without one everything still works.
"use strict";

// Rejecting, returning and asking need a comment: say so before sending.
for (const button of document.querySelectorAll("button[data-comment]")) {
  button.addEventListener("click", (event) => {
    const field = button.form.elements.comment;
    field.required = true;
    if (!field.reportValidity()) {
      event.preventDefault();
      field.focus();
    }
    field.required = false;
  });
}

// All or none of what can be decided together.
const bulk = document.getElementById("bulk");
const boxes = [...document.querySelectorAll('input[form="bulk"]')];
if (bulk && boxes.length > 1) {
  const all = document.getElementById("all");
  all.closest("label").hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
}

// Somebody else's change shows as an offer to look again: nothing that is being typed is lost.
const news = document.querySelector(".news");
if (news && window.EventSource) {
  const source = new EventSource("/api/v1/changes");
  source.onmessage = () => { news.hidden = false; };
  source.addEventListener("change", source.onmessage);
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) { source.close(); } };
}
