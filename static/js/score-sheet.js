// A score sheet that saves itself: every item is sent as it is typed, kept on this machine until the server has it, sent again when
// there is a network, and never written over what was saved elsewhere.
//
// Contract: [data-score-sheet="<sheet id>"] around rows [data-line]; each row has a <form data-item="<code>"> with revision and note, the
// score's inputs belong to it by form=; [data-problem], [data-conflict] inside; [data-others], [data-own-score], [data-difference],
// [data-worth] take the server's fragments, [data-side], [data-sign-button], [data-scored] those of the page; [data-save-state] says how
// it stands. The server answers JSON: 200 {revision, at, …fragments}, 400 {problem}, 409 {problem, revision, fields, told}.

const QUIET = 700, AGAIN = 15000, DAYS_KEPT = 7;
const sheet = document.querySelector("[data-score-sheet]");
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const prefix = `fuyue-sheet:${document.body.dataset.owner ?? ""}:${sheet?.dataset.scoreSheet}:`;
const state = new Map(); // form → {timer, sending, dirty, failed, conflict}
let lastSaved = "";

const rowOf = (form) => form.closest("[data-line]");
const fieldsOf = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
const inputsOf = (form) => [...form.elements].filter((input) => input.name && input.type !== "hidden" && input.type !== "submit" && input.type !== "button");

// --- kept on this machine ----------------------------------------------------------------------------------------------
function keep(form) {
  try {
    localStorage.setItem(prefix + form.dataset.item, JSON.stringify({ fields: fieldsOf(form), at: Date.now() }));
  } catch {
    tell("这台设备存不下，请等网络恢复再离开", "warn");
  }
}
const forget = (form) => localStorage.removeItem(prefix + form.dataset.item);

function kept(form) {
  try {
    const found = JSON.parse(localStorage.getItem(prefix + form.dataset.item));
    return found && found.at > Date.now() - DAYS_KEPT * 86400000 ? found : null;
  } catch {
    return null;
  }
}

function fill(form, fields) {
  const values = new Map(fields);
  for (const input of inputsOf(form)) {
    if (input.type === "radio") input.checked = values.get(input.name) === input.value;
    else input.value = values.get(input.name) ?? "";
    if (input.tagName === "TEXTAREA") grow(input);
  }
}

// --- telling -----------------------------------------------------------------------------------------------------------
function tell(text, kind = "") {
  for (const place of document.querySelectorAll("[data-save-state]")) {
    place.textContent = text;
    place.classList.toggle("warn", kind === "warn");
    place.classList.toggle("ok", kind === "ok");
  }
}

function tellAll() {
  const all = [...state.values()];
  const open = all.filter((one) => one.failed || one.conflict).length;
  if (open) tell(all.some((one) => one.conflict) ? `${open} 项在别处改过，选一份` : `${open} 项还没存上${navigator.onLine ? "" : "，没有网络"}，已留在这台设备`, "warn");
  else if (all.some((one) => one.sending || one.dirty)) tell("正在保存");
  else if (lastSaved) tell(`已存 ${lastSaved}`, "ok");
}

function problem(form, words) {
  const place = form.querySelector("[data-problem]");
  place.querySelector("[data-problem-words]").textContent = words;
  place.hidden = !words;
  for (const input of inputsOf(form)) {
    if (input.name !== "note") input.toggleAttribute("aria-invalid", Boolean(words));
  }
}

// --- sending -----------------------------------------------------------------------------------------------------------
async function send(form) {
  const own = state.get(form);
  clearTimeout(own.timer);
  if (own.conflict) return;
  if (own.sending) {
    own.dirty = true;
    return;
  }
  own.sending = true;
  own.dirty = false;
  keep(form);
  const sent = JSON.stringify(fieldsOf(form));
  tellAll();
  try {
    const answer = await fetch(form.action, {
      method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token }, body: new URLSearchParams(JSON.parse(sent)), credentials: "same-origin",
    });
    const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    own.failed = false;
    if (told === null) own.failed = true;
    else if (answer.status === 200) saved(form, told, sent);
    else if (answer.status === 409 && told.fields) conflict(form, told);
    else {
      problem(form, told.problem);
      own.failed = true;
      own.refused = true;
    }
    if (told === null) problem(form, answer.redirected ? "没有存上：登录已过期，重新登录后会补存" : "没有存上，稍后再试");
  } catch {
    own.failed = true;
  }
  own.sending = false;
  if (own.dirty) send(form);
  else if (own.failed && !own.refused) own.timer = setTimeout(() => send(form), AGAIN);
  tellAll();
}

function saved(form, told, sent) {
  const row = rowOf(form), own = state.get(form);
  form.elements.revision.value = told.revision;
  own.refused = false;
  problem(form, "");
  lastSaved = told.at;
  // What was typed meanwhile stays kept until it has been sent, too.
  if (JSON.stringify(fieldsOf(form).map(([name, value]) => [name, name === "revision" ? "" : value])) === JSON.stringify(JSON.parse(sent).map(([name, value]) => [name, name === "revision" ? "" : value]))) forget(form);
  else own.dirty = true;
  row.classList.toggle("hl", told.is_apart);
  put(row.querySelector("[data-others]"), told.others);
  put(row.querySelector("[data-own-score]"), told.own);
  put(row.querySelector("[data-difference]"), told.difference);
  put(row.querySelector("[data-worth]"), told.worth);
  put(document.querySelector("[data-side]"), told.side);
  put(document.querySelector("[data-sign-button]"), told.sign_button);
  document.querySelector("[data-scored]").textContent = told.scored;
}

// Fragments come from this server, which escapes every value in them.
function put(place, html) {
  if (place && place.innerHTML !== html) place.innerHTML = html;
}

function conflict(form, told) {
  const own = state.get(form), place = form.querySelector("[data-conflict]");
  own.conflict = told;
  place.querySelector("[data-conflict-words]").textContent = `${told.problem}。${told.told}`;
  place.querySelector('[data-keep="theirs"]').hidden = false;
  place.hidden = false;
}

function settle(form, whose) {
  const own = state.get(form), told = own.conflict;
  form.querySelector("[data-conflict]").hidden = true;
  own.conflict = null;
  if (!told) return send(form);
  form.elements.revision.value = told.revision;
  if (whose === "theirs") fill(form, Object.entries(told.fields));
  return send(form);
}

// --- typing ------------------------------------------------------------------------------------------------------------
function typed(form, quiet = QUIET) {
  const own = state.get(form);
  own.refused = false;
  own.dirty = true;
  keep(form);
  clearTimeout(own.timer);
  if (!own.sending) own.timer = setTimeout(() => send(form), quiet);
}

function grow(words) {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight + 2, 220)}px`;
}

function watch(form) {
  state.set(form, {});
  form.querySelector("[data-plain]").hidden = true;
  for (const input of inputsOf(form)) {
    input.addEventListener("input", () => typed(form));
    input.addEventListener("change", () => typed(form, 0));
    if (input.tagName === "TEXTAREA") {
      grow(input);
      input.addEventListener("input", () => grow(input));
    }
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.dataset.keep) settle(form, "mine");
    else send(form);
  });
  form.querySelector('[data-keep="theirs"]').addEventListener("click", () => settle(form, "theirs"));
  const draft = kept(form);
  if (!draft) return forget(form);
  // Typed and not saved last time: back into the form with the revision it was typed upon, and sent.
  fill(form, draft.fields);
  form.elements.revision.value = new Map(draft.fields).get("revision");
  return send(form);
}

const busy = () => [...state.values()].some((one) => one.sending || one.dirty || one.failed || one.conflict);
// What is on its way arrives within seconds or has failed.
async function atRest() {
  for (let tries = 0; tries < 60 && [...state.values()].some((one) => one.sending || one.dirty); tries++) await new Promise((done) => setTimeout(done, 100));
  return !busy();
}

const waiting = () => [...state].filter(([, one]) => one.failed && !one.refused && !one.conflict).map(([form]) => form);

if (sheet) {
  sheet.querySelectorAll("form[data-item]").forEach(watch);
  window.addEventListener("online", () => waiting().forEach(send));
  window.addEventListener("offline", tellAll);
  // Before the signature everything typed has to be there.
  document.querySelector("form[data-sign]")?.addEventListener("submit", (event) => {
    if (!busy()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const form = event.target;
    atRest().then((done) => {
      if (done) return form.requestSubmit();
      form.closest("dialog").close();
      return tell("先等各项都存上，再签名", "warn");
    });
  });
}
