// The care journal on a phone: a cell for each resident, a sheet for the one that was tapped, everybody else in one tap.
//
// Contract (templates/services/care/journal.html): <form data-care> holds <li data-resident> with a button.care-cell and the
//   fieldset that it opens; inside it radios p_…, boxes m_… (data-usual: what the shift expects), [data-here] and [data-away].
//   [data-rest] and [data-room-well] set those who are not told of yet to normal, [data-undo] takes the last step back.
// record-form.js keeps and sends the form; every change here is an input event, so that it is kept like a typed one.

const WORDS = { normal: "正常", notable: "异常", absent: "不在" };
let form = null;
let steps = [];
let before = null;

const how = (item) => item.querySelector('input[name^="p_"]:checked')?.value ?? "";
const open = () => [...form.querySelectorAll("[data-resident]:not([data-told])")];

function choose(item, value) {
  for (const radio of item.querySelectorAll('input[name^="p_"]')) radio.checked = radio.value === value;
}

// Not done what the shift expects is not "as usual".
function follow(item, changed) {
  const mood = item.querySelector('select[name^="mood_"]')?.value;
  const lacks = [...item.querySelectorAll("[data-usual]")].some((box) => !box.checked);
  if (how(item) === "normal" && (lacks || mood === "low" || mood === "agitated")) choose(item, "notable");
  else if (changed?.name.startsWith("m_") && !how(item)) choose(item, lacks ? "notable" : "normal");
}

function show(item) {
  const value = item.dataset.told ?? how(item);
  item.dataset.how = value;
  const state = item.querySelector("[data-state]");
  if (state && !item.dataset.told) {
    const note = item.querySelector('input[name^="note_"]')?.value.trim();
    const left = [...item.querySelectorAll("[data-usual]:not(:checked)")].map((box) => `未${box.parentElement.textContent.trim()}`);
    const away = item.querySelector('select[name^="away_"]')?.selectedOptions[0];
    const more = value === "absent" ? (away?.value ? away.textContent : "") : value === "notable" ? left.join("、") || note : "";
    state.textContent = value ? more || WORDS[value] : "未登记";
  }
  const here = item.querySelector("[data-here]");
  if (here) here.hidden = value === "absent";
  const away = item.querySelector("[data-away]");
  if (away) away.hidden = value !== "absent";
}

function draw() {
  if (!form) return;
  for (const item of form.querySelectorAll("[data-resident]")) show(item);
  const all = open();
  const left = all.filter((item) => !how(item));
  const rest = form.querySelector("[data-rest]");
  const send = form.querySelector("[data-send]");
  rest.hidden = !left.length;
  rest.textContent = left.length === all.length ? "全部正常" : `其余 ${left.length} 人正常`;
  send.hidden = left.length === all.length;
  send.textContent = `提交 ${all.length - left.length} 人`;
  send.classList.toggle("btn-primary", !left.length);
  form.querySelector("[data-undo]").hidden = !steps.length;
  for (const button of form.querySelectorAll("[data-room-well]")) {
    button.hidden = ![...button.closest("section").querySelectorAll("[data-resident]:not([data-told])")].some((item) => !how(item));
  }
}

// What stood in the inputs before: a step to go back to. Opening a sheet is none until something is changed in it.
function standing() {
  const values = [...form.elements].filter((input) => /^(p|m|seen|mood|away|note)_/.test(input.name));
  return values.map((input) => [input, input.type === "radio" || input.type === "checkbox" ? input.checked : input.value]);
}

function remember(values = standing()) {
  steps.push(values);
  before = null;
  if (steps.length > 30) steps.shift();
}

function undo() {
  for (const [input, value] of steps.pop() ?? []) {
    if (typeof value === "boolean") input.checked = value;
    else input.value = value;
  }
  kept();
}

function kept() {
  form.dispatchEvent(new Event("input", { bubbles: true }));
  draw();
}

function well(items) {
  remember();
  for (const item of items.filter((item) => !how(item))) choose(item, "normal");
  kept();
}

function shut(focus = true) {
  const cell = form.querySelector('.care-cell[aria-expanded="true"]');
  if (!cell) return;
  cell.setAttribute("aria-expanded", "false");
  before = null;
  if (focus) cell.focus();
}

function toggle(cell) {
  const wasOpen = cell.getAttribute("aria-expanded") === "true";
  shut(false);
  if (wasOpen) return;
  before = standing();
  cell.setAttribute("aria-expanded", "true");
  cell.parentElement.querySelector('input[name^="p_"]:checked, input[name^="p_"]')?.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "start" });
}

function press(event) {
  const pressed = event.target.closest("button");
  if (!form || !pressed || !form.contains(pressed)) return;
  if (pressed.classList.contains("care-cell")) toggle(pressed);
  else if (pressed.dataset.shut !== undefined) shut();
  else if (pressed.dataset.rest !== undefined) (shut(false), well(open()));
  else if (pressed.dataset.roomWell !== undefined) well([...pressed.closest("section").querySelectorAll("[data-resident]:not([data-told])")]);
  else if (pressed.dataset.undo !== undefined) undo();
}

// Also after a refusal, when the server's page has replaced the form, and after a draft was put back.
function take(found) {
  if (!found) return;
  if (found !== form) steps = [];
  form = found;
  document.documentElement.classList.add("care-js");
  draw();
}

document.addEventListener("click", press);
document.addEventListener("keydown", (event) => event.key === "Escape" && form && shut());
document.addEventListener("input", (event) => {
  const item = event.target.closest?.("[data-resident]");
  if (!item) return;
  if (form && before) remember(before);
  follow(item, event.target);
  if (form) draw();
  else show(item);
});
document.addEventListener("record-form:ready", (event) => take(event.target.closest("[data-care]")));
take(document.querySelector("[data-care]"));
for (const item of document.querySelectorAll("[data-care-one] [data-resident]")) show(item);
