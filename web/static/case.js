// The history of a case as a slider over its events; without a script there is the field of day and time.
"use strict";

for (const button of document.querySelectorAll("button[data-comment]")) {
  button.addEventListener("click", (event) => {
    const field = button.form.elements.comment;
    field.required = true;
    if (!field.reportValidity()) { event.preventDefault(); }
    field.required = false;
  });
}

// Days as the server writes them: in English without AM and PM, in Thai with the years of the calendar it counts in.
const AS_ON_PAGES = { en: "en-GB", th: "th-u-ca-gregory" };
const form = document.querySelector("form.as-of");
const instants = form ? form.dataset.instants.split(" ").filter(Boolean) : [];
if (form && instants.length > 1) {
  const asked = new URLSearchParams(location.search).get("as_of");
  const until = asked ? Date.parse(asked) : Infinity;
  const slider = form.querySelector("input[type=range]");
  slider.max = String(instants.length - 1);
  slider.value = String(Math.max(0, instants.filter((at) => Date.parse(at) <= until).length - 1));
  slider.closest("label").hidden = false;
  const shown = form.querySelector("output");
  const written = new Intl.DateTimeFormat(AS_ON_PAGES[document.documentElement.lang], { dateStyle: "medium", timeStyle: "medium", timeZone: form.dataset.zone });
  const tell = () => { shown.textContent = written.format(new Date(instants[slider.value])); };
  tell();
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => {
    const last = Number(slider.value) === instants.length - 1;
    location.search = last ? "" : new URLSearchParams({ as_of: instants[slider.value] }).toString();
  });
}
