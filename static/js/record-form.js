// A record filled in on a phone: kept on the phone while it is typed, photos made smaller, sent when there is a network.
//
// Contract (templates/services/… builds it; load this file in {% block scripts %} with type="module"):
//   <form data-record-form="<the record's UUID>" data-title="白露华　第 5 次介入" method="post" enctype="multipart/form-data">
//     the UUID also stands in a hidden input of the form, so that a retry finds the record that is already there;
//   [data-save-state]        where "已存 09:58" is shown (aria-live="polite"), anywhere on the page;
//   <input type="file" accept="image/*" multiple data-photo-input> without a name: the photos are sent as `photos` (several),
//     with `photos_taken_at` (ISO 8601, same order) beside them; each file's name is the photo's own UUID + ".jpg";
//   [data-photos]            the .thumbs box that the previews are put into, before the input's label;
//   [data-photo-count]       optional: "2 张，1.8 MB";
//   [data-minutes]           optional: shows the minutes between inputs named by data-minutes="start end" (type=time);
//   [data-say]               optional: a button that speaks into the <textarea> named by data-say="#id" where the browser can;
//   [data-waiting] (hidden)  shown instead of the form when the record waits for a network; [data-waiting-photos], [data-waiting-at] inside;
//   [data-net] (hidden)      the offline strip, see record-queue.js;
//   a submit button with data-local only keeps the draft (存草稿) when there is no network, else it is sent like any other.
// The server redirects when it has the record, or answers 200/409/422 with the page again: its <main> replaces this one.

import { drop, find, keep } from "./record-store.js";
import { smaller } from "./photo.js";
import { clock, send, show } from "./record-queue.js";

const QUIET = 600;
let form, photos, timer, sending;

const owner = () => document.body.dataset.owner ?? "";
const id = () => form.dataset.recordForm;

function tell(text, kind = "ok") {
  for (const place of document.querySelectorAll("[data-save-state]")) {
    place.textContent = text;
    place.classList.toggle("ok", kind === "ok");
    place.classList.toggle("warn", kind === "warn");
  }
}

function record(state, button) {
  const fields = [...new FormData(form, button)].filter(([, value]) => typeof value === "string");
  return { id: id(), owner: owner(), url: form.action, title: form.dataset.title ?? document.querySelector("h1").textContent, fields, photos, state, savedAt: Date.now() };
}

async function save(state = "draft", button = undefined) {
  clearTimeout(timer);
  const kept = record(state, button);
  try {
    await keep(kept);
    tell(`已存 ${clock(kept.savedAt)}`);
  } catch {
    tell("这部手机存不下，请先提交", "warn");
  }
  return kept;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => save(), QUIET);
}

function restore(kept) {
  const values = new Map();
  for (const [name, value] of kept.fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const input of form.elements) {
    if (!input.name || input.type === "file" || input.type === "hidden" || input.type === "submit") continue;
    const wanted = values.get(input.name) ?? [];
    if (input.type === "checkbox" || input.type === "radio") input.checked = wanted.includes(input.value);
    else if (input.multiple) for (const option of input.options) option.selected = wanted.includes(option.value);
    else if (wanted.length) input.value = wanted.shift();
  }
}

// --- photos -----------------------------------------------------------------------------------------------------
async function add(files) {
  for (const file of files) {
    tell("正在压缩照片", "");
    try {
      photos.push({ id: crypto.randomUUID?.() ?? `${Date.now()}-${photos.length}`, blob: await smaller(file), takenAt: file.lastModified });
    } catch {
      tell("这张照片读不出来，请重拍", "warn");
      return;
    }
  }
  draw();
  await save();
}

function draw() {
  const box = form.querySelector("[data-photos]");
  if (!box) return;
  for (const old of box.querySelectorAll("[data-own]")) {
    URL.revokeObjectURL(old.querySelector("img").src);
    old.remove();
  }
  const before = box.querySelector(".add");
  photos.forEach((photo, at) => box.insertBefore(thumb(photo, at), before));
  const octets = photos.reduce((sum, photo) => sum + photo.blob.size, 0);
  for (const place of document.querySelectorAll("[data-photo-count]")) place.textContent = photos.length ? `${photos.length} 张，${(octets / 1048576).toFixed(1)} MB` : "";
}

function thumb(photo, at) {
  const figure = document.createElement("span");
  figure.dataset.own = photo.id;
  const picture = document.createElement("img");
  picture.alt = `第 ${at + 1} 张照片`;
  picture.src = URL.createObjectURL(photo.blob);
  const caption = document.createElement("span");
  caption.className = "cap";
  caption.textContent = clock(photo.takenAt);
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "del";
  remove.setAttribute("aria-label", `去掉第 ${at + 1} 张照片`);
  remove.textContent = "×";
  remove.addEventListener("click", () => {
    photos = photos.filter((other) => other !== photo);
    draw();
    save();
  });
  figure.append(picture, caption, remove);
  return figure;
}

// --- sending ----------------------------------------------------------------------------------------------------
async function submit(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (sending) return;
  sending = true;
  const button = event.submitter ?? form.querySelector("button[type=submit], button:not([type])");
  button?.classList.add("busy");
  try {
    const kept = await save("queued", button ?? undefined);
    const answer = navigator.onLine ? await send(kept) : { result: "offline" };
    await answered(answer, kept, button);
  } finally {
    sending = false;
    button?.classList.remove("busy");
  }
}

async function answered(answer, kept, button) {
  if (answer.result === "sent") {
    await drop(kept.id);
    location.assign(answer.url);
  } else if (answer.result === "refused") {
    await keep({ ...kept, state: "draft" });
    const page = new DOMParser().parseFromString(answer.page, "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    window.htmx?.process(document.querySelector("main"));
    start(document.querySelector("[data-record-form]"), kept.photos);
    document.querySelector("[data-errors]")?.focus();
  } else if (answer.result === "signed-out") {
    tell("登录已过期，记录还在这部手机上", "warn");
  } else if (button?.dataset.local !== undefined) {
    await keep({ ...kept, state: "draft" });
    tell("已存在这部手机");
  } else {
    waits(kept);
  }
  await show();
}

function waits(kept) {
  const panel = document.querySelector("[data-waiting]");
  tell("已存在这部手机，等待上传");
  if (!panel) return;
  const octets = kept.photos.reduce((sum, photo) => sum + photo.blob.size, 0);
  for (const place of panel.querySelectorAll("[data-waiting-at]")) place.textContent = clock(kept.savedAt);
  for (const place of panel.querySelectorAll("[data-waiting-photos]")) {
    place.textContent = kept.photos.length ? `${kept.photos.length} 张，${(octets / 1048576).toFixed(1)} MB` : "无照片";
  }
  form.hidden = true;
  panel.hidden = false;
  panel.tabIndex = -1;
  panel.focus();
}

// --- small aids ---------------------------------------------------------------------------------------------------
function minutes() {
  for (const place of form.querySelectorAll("[data-minutes]")) {
    const [from, to] = place.dataset.minutes.split(" ").map((name) => form.elements[name]?.value.slice(-5).split(":").map(Number));
    const count = from?.length === 2 && to?.length === 2 ? to[0] * 60 + to[1] - from[0] * 60 - from[1] : 0;
    place.textContent = count > 0 ? `${count} 分钟` : "";
  }
}

function speech() {
  const Listener = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  for (const button of form.querySelectorAll("[data-say]")) {
    button.hidden = !Listener;
    button.addEventListener("click", () => {
      const listener = new Listener();
      listener.lang = "zh-CN";
      listener.onresult = (event) => {
        const place = form.querySelector(button.dataset.say);
        place.value += event.results[0][0].transcript;
        place.dispatchEvent(new Event("input", { bubbles: true }));
      };
      listener.start();
    });
  }
}

async function start(element, kept = null) {
  if (!element) return;
  form = element;
  photos = kept ?? [];
  form.addEventListener("submit", submit, { capture: true });
  form.addEventListener("input", () => (minutes(), later()));
  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input.dataset.photoInput === undefined) return;
    add([...input.files]);
    input.value = "";
  });
  speech();
  // After a refusal the server's page holds what was typed; only on a fresh page is the draft put back.
  const draft = kept ? null : await find(id(), owner()).catch(() => null);
  if (draft) {
    restore(draft);
    photos = draft.photos;
    tell(`已存 ${clock(draft.savedAt)}`);
  }
  minutes();
  draw();
}

start(document.querySelector("[data-record-form]"));
