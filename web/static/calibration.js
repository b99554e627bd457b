// A calibration that several people use at once: what another one changed shows by itself, unless somebody is typing.
"use strict";

const session = document.getElementById("session");
const news = document.getElementById("news");
const cases = new Set(session.dataset.cases.split(" "));
const typing = () => [...session.querySelectorAll("input:not([type=hidden])")].some((field) => field.value || field === document.activeElement);

const renew = async () => {
  const answer = await fetch(location.pathname + location.search);
  if (!answer.ok || typing()) { news.hidden = false; return; }
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("session");
  if (found) { session.replaceChildren(...found.childNodes); }
};

new EventSource("/api/v1/changes").addEventListener("change", (event) => {
  if (!cases.has(JSON.parse(event.data).case)) { return; }
  if (typing()) { news.hidden = false; } else { renew(); }
});
