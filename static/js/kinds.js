// The editor of a kind comes back from the server after each press of its buttons. What was typed meanwhile is put back.

const MOVES = /^(up|down|drop):/; // after these a name stands for another row
const sent = new WeakMap(); // request → what the form held when it went
let later = new Map();

function read() {
  const found = new Map();
  for (const input of document.getElementById("kind-form")?.elements ?? []) {
    if (input.name && input.type !== "submit" && input.type !== "hidden") found.set(input.id, isTicked(input) ? input.checked : input.value);
  }
  return found;
}

const isTicked = (input) => input.type === "checkbox" || input.type === "radio";
const isEditor = (event) => event.detail.target?.id === "kind";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isEditor(event) && !MOVES.test(event.detail.elt.value)) sent.set(event.detail.xhr, read());
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isEditor(event)) return;
  later = new Map();
  const before = sent.get(event.detail.xhr);
  if (before) for (const [id, value] of read()) if (before.get(id) !== value) later.set(id, value);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [id, value] of later) {
    const input = document.getElementById(id);
    if (input && isTicked(input)) input.checked = value;
    else if (input) input.value = value;
  }
  if (later.size) document.getElementById("kind-form").dispatchEvent(new Event("input", { bubbles: true }));
  later = new Map();
});
