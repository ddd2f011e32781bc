// The form of a reading: only the kinds of the chosen source, only the words of the chosen way to count, more condition rows.

const of = document.querySelector("[data-of]");
const how = document.querySelector("[data-count-how]");

function show() {
  for (const part of document.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== of.value;
  for (const part of document.querySelectorAll("[data-how]")) part.hidden = !part.dataset.how.split(" ").includes(how.value);
}
if (of && how) {
  of.addEventListener("change", show);
  how.addEventListener("change", show);
  show();
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-more-rows]");
  if (!pressed) return;
  const table = document.querySelector("[data-rows]");
  const total = document.querySelector(`[name=${table.dataset.rows}-TOTAL_FORMS]`);
  const last = table.tBodies[0].rows[table.tBodies[0].rows.length - 1];
  const row = last.cloneNode(true);
  for (const control of row.querySelectorAll("[name]")) {
    for (const name of ["name", "id"]) control.setAttribute(name, control.getAttribute(name).replace(/-\d+-/, `-${total.value}-`));
    if (control.tagName === "INPUT") control.value = "";
  }
  row.querySelectorAll(".errt").forEach((told) => told.remove());
  total.value = Number(total.value) + 1;
  last.after(row);
  row.querySelector("select, input").focus();
});
